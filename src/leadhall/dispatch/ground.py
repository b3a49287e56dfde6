"""What fan-out stands on while it plans a batch: people, suppressed addresses, what went out lately, and lanes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.dispatch.greeting import A_BUSINESS_AND_HOUR, AN_ADDRESS_AND_DAY, Tally
from leadhall.dispatch.notices import LeadToTell
from leadhall.dispatch.people import Crew, crews_of, key_of
from leadhall.dispatch.planned import Planned
from leadhall.events.delivery import Channel, HasSenders
from leadhall.events.outbox import OutboxEvent

SQL = statements(__package__, "ground.sql")


class Ground:
    """Asked within the transaction of a batch; `at` is its time by the database's clock."""

    def __init__(self, connection: Connection, channels: Mapping[str, Channel], at: datetime) -> None:
        self.connection = connection
        self.at = at
        self._channels = channels
        self._lanes: dict[tuple[int, str], str] = {}
        self._closed: set[tuple[int, str, str]] = set()

    async def leads(self, keys: Sequence[tuple[int, str]], asked: Mapping[str, frozenset[str]]) -> list[LeadToTell]:
        """Leads by business and uid, as far as notices go; those erased meanwhile are left out."""
        rows = await self.connection.fetch(SQL["leads"], [key[0] for key in keys], [key[1] for key in keys])
        return [LeadToTell(**row, asked=asked.get(row["uid"], frozenset())) for row in rows]

    async def crews(self, business_ids: Iterable[int]) -> dict[int, Crew]:
        """The people of these businesses; whether their addresses are suppressed is known from here on."""
        crews = await crews_of(self.connection, business_ids)
        people = [(crew.business_id, person) for crew in crews.values() for person in crew.people]
        await self.look_for_closed(
            [(id_, "email", person.email) for id_, person in people if person.email]
            + [(id_, "sms", person.mobile) for id_, person in people if person.mobile]
        )
        return crews

    async def look_for_closed(self, addresses: Sequence[tuple[int, str, str]]) -> None:
        """Learn which of these (business, channel, address) are suppressed for the sender that the business uses."""
        keys = [key_of(channel, address) for _, channel, address in addresses]
        if not keys:
            return
        businesses = [each[0] for each in addresses]
        rows = await self.connection.fetch(SQL["suppressed"], sorted(set(businesses)), sorted(set(keys)))
        for row in rows:
            if row["sender"] == await self.lane(row["business_id"], row["channel"]):
                self._closed.add((row["business_id"], row["channel"], row["address"]))

    def is_closed(self, business_id: int, channel: str, key: str) -> bool:
        """Whether an address is suppressed; it was looked for before."""
        return (business_id, channel, key) in self._closed

    async def alone(self) -> None:
        """Until the transaction ends no other worker counts: what is counted now is still true when it is written."""
        await self.connection.execute(SQL["alone"])

    async def tally(self, leads: Sequence[LeadToTell]) -> Tally:
        """What auto-replies went out lately to the addresses and for the businesses of these leads."""
        tally = Tally()
        pairs = sorted({(lead.business_id, key_of("email", lead.contact.get("email", ""))) for lead in leads})
        for row in await self.connection.fetch(
            SQL["greeted"], [pair[0] for pair in pairs], [pair[1] for pair in pairs], AN_ADDRESS_AND_DAY
        ):
            tally.of_address_and_business[row["business_id"], row["address"]] = row["this_hour"]
            tally.of_address[row["address"]] = row["today"]
        businesses = sorted({pair[0] for pair in pairs})
        tally.of_business.update(dict(await self.connection.fetch(SQL["greetings"], businesses, A_BUSINESS_AND_HOUR)))
        return tally

    async def told_lately(
        self, pairs: Sequence[tuple[int, str]], *, minutes: int, most: int
    ) -> dict[tuple[int, str], int]:
        """How many notices by mail went to each (business, address) lately; counted to `most`."""
        rows = await self.connection.fetch(
            SQL["told_lately"], [pair[0] for pair in pairs], [pair[1] for pair in pairs], minutes, most
        )
        return {(row["business_id"], row["address"]): row["told"] for row in rows}

    async def on_its_lane(self, planned: Planned) -> Planned:
        """With the lane that it leaves by."""
        return replace(planned, lane=await self.lane(planned.row.business_id, planned.row.channel))

    async def lane(self, business_id: int, channel: str) -> str:
        known = self._lanes.get((business_id, channel))
        if known is None:
            way = self._channels.get(channel)
            sender = await way.sender_of(business_id) if isinstance(way, HasSenders) else "-"
            known = self._lanes[business_id, channel] = f"{channel} {sender}"
        return known

    async def first_dispatch(self) -> datetime:
        """When sending first began here (anew after a restore): what is a day older than that is nobody's news."""
        began: datetime = await self.connection.fetchval(SQL["first_dispatch"])
        return began


def asked_of(events: Iterable[OutboxEvent]) -> dict[str, frozenset[str]]:
    """The notices that leads asked for, by their uid."""
    return {event.uid: frozenset(event.facts.get("notifications", ())) for event in events}
