"""Who is at our end of a line: which accounts the provider may sign for, and which business a number serves.

A call is believed for the place (installation, directory, business) whose secret signed it, and for no other: who has
an account of their own cannot speak for somebody else's number.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import asyncpg

from leadhall.core.sql import statements
from leadhall.notify.profiles import INSTANCE, Place, SmsProfile
from leadhall.notify.senders import Senders
from leadhall.notify.sms.signature import Form, is_signed
from leadhall.notify.sms.threads import TextThread, newest_threads

SQL = statements(__package__, "lines.sql")


@dataclass(frozen=True, slots=True)
class Line:
    """Our end, and for which places the call about it was signed."""

    ours: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def directory_ids(self) -> list[int]:
        return [place.directory_id for place in self.places if place.directory_id]

    @property
    def is_instance(self) -> bool:
        return INSTANCE in self.places


class Lines:
    """Finds accounts and businesses."""

    def __init__(self, pool: asyncpg.Pool, senders: Senders) -> None:
        self._pool = pool
        self._senders = senders

    async def signers(self, account_sid: str, url: str, form: Form, signature: str) -> tuple[Place, ...]:
        """The places whose secret signed this call; none for a call that nobody of ours signed."""
        pairs = list(form)
        known = [
            (Place(row["business_id"], row["directory_id"]), profile)
            for row in await self._pool.fetch(SQL["accounts"], account_sid)
            for profile in [self._senders.open_profile(row["settings"], row["sealed"], SmsProfile)]
        ]
        known.append((INSTANCE, self._senders.instance_sms))
        return tuple(
            place
            for place, profile in known
            if profile.account_sid == account_sid
            and profile.auth_token
            and is_signed(profile.auth_token, url, pairs, signature)
        )

    async def signed_for(self, business_id: int, url: str, form: Form, signature: str) -> bool:
        """Whether the account that this business texts by signed it."""
        sender = await self._senders.sms_for(business_id)
        return sender is not None and is_signed(sender.auth_token, url, form, signature)

    async def threads(self, line: Line, theirs: str) -> list[TextThread]:
        """Conversations in which the pair spoke, the newest first, of businesses that text by this line."""
        found = await newest_threads(self._pool, line.ours, theirs)
        serving = [business_id async for business_id in self._serving(line, (thread.business_id for thread in found))]
        return [thread for thread in found if thread.business_id in serving]

    async def business_of(self, line: Line, theirs: str) -> int | None:
        """Whose new lead a text by this line is: the one business it serves, else the one that knows the number.

        None when several could be meant.
        """
        for rows in (
            await self._pool.fetch(SQL["own"], list(line.ours)),
            await self._pool.fetch(SQL["shared"], line.directory_ids, line.is_instance),
            await self._pool.fetch(SQL["acquainted"], line.directory_ids, line.is_instance, theirs),
        ):
            serving = [business_id async for business_id in self._serving(line, (row[0] for row in rows))]
            if len(serving) == 1 and len(rows) == 1:
                return serving[0]
        return None

    async def named(self, line: Line) -> str | None:
        """The name of our end that stands in a profile of a place that signed; None when none names it.

        Who may sign for the installation may sign for every number.
        """
        businesses = [place.business_id for place in line.places if place.business_id]
        name: str | None = await self._pool.fetchval(
            SQL["named"], list(line.ours), line.directory_ids, businesses, line.is_instance
        )
        return name

    async def _serving(self, line: Line, business_ids: Iterable[int]) -> AsyncIterator[int]:
        """Those that really text by the line, through an account that signed."""
        names = {place.name for place in line.places}
        for business_id in dict.fromkeys(business_ids):
            sender = await self._senders.sms_for(business_id)
            if sender is None or sender.key not in names:
                continue
            if sender.number in line.ours or sender.messaging_service in line.ours:
                yield business_id
