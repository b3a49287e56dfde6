"""Endpoints: whose they are, which events they get, and their secrets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from leadhall.core.db import Connection
from leadhall.core.errors import AlreadyExists, Fault, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.secrets import InstanceKey
from leadhall.core.sql import statements
from leadhall.events.catalogue import EventName
from leadhall.tenancy.caller import BusinessRef, Caller
from leadhall.webhooks.signing import PURPOSE, new_signing_secret

SQL = statements(__package__, "endpoints.sql")

ENDPOINTS_MOST = 100
GRACE = timedelta(days=1)
GRACE_MOST = timedelta(days=30)


class SubscribedAlready(AlreadyExists):
    """The same event and URL again."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose endpoints: a business's own, a directory's, an app's. Business 0: for all that it reaches."""

    kind: Literal["business", "directory", "app"]
    business_id: int
    directory_id: int
    app_id: int | None = None

    @property
    def place(self) -> tuple[int, int, str, int | None]:
        return self.business_id, self.directory_id, self.kind, self.app_id


def owner_of(caller: Caller, business: BusinessRef | None) -> Owner:
    """Whose endpoints a caller works on: a business's own for its staff, else those of the directory or the app.

    Without a business: for all that the token reaches; a token of listed businesses must name one (Invalid).
    """
    if business is None and caller.only_businesses is not None:
        raise Invalid.of([Fault.missing("business_id")])
    business_id = business.id if business else 0
    if caller.kind == "app":
        return Owner("app", business_id, caller.directory_id, caller.app_id)
    return Owner("business" if caller.kind == "staff" else "directory", business_id, caller.directory_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A URL, what it hears, and how it is doing. `off_because`: gone (it answered 410) or failing (for five days)."""

    id: int
    url: str
    owner: str
    events: list[str]
    created_at: datetime
    failing_since: datetime | None
    failures: int
    last_failed_at: datetime | None
    last_answer: str | None
    off_at: datetime | None
    off_because: Literal["gone", "failing"] | None

    @property
    def state(self) -> Literal["on", "failing", "off"]:
        if self.off_at:
            return "off"
        return "failing" if self.failing_since else "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedEndpoint(Endpoint):
    """The same, as operators see it: with whose it is."""

    business_id: int
    directory_id: int
    app_id: int | None
    business_uid: str | None
    directory_uid: str

    @property
    def belongs_to(self) -> Owner:
        return Owner(self.owner, self.business_id, self.directory_id, self.app_id)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Subscription:
    id: int
    entity: str
    event_type: str
    url: str


async def subscribe(
    connection: Connection, key: InstanceKey, owner: Owner, events: Sequence[EventName], url: str, *, by: str
) -> tuple[int, int]:
    """Tell these events to a URL that the guard let pass: ids of the first subscription and of the endpoint.

    An endpoint that was switched off is switched on again. SubscribedAlready when nothing is new; Invalid past 100
    endpoints.
    """
    endpoint_id, is_new = await _endpoint_of(connection, key, owner, url, by)
    added = [await _add(connection, owner, endpoint_id, event) for event in events]
    new = [id_ for id_ in added if id_ is not None]
    if not new and not is_new:
        raise SubscribedAlready("Webhook already exists", field="event")
    first = events[0]
    known = await connection.fetchval(
        SQL["subscription"], owner.business_id, endpoint_id, first.entity_name, first.event_type
    )
    return (new[0] if new else known), endpoint_id


async def _endpoint_of(connection: Connection, key: InstanceKey, owner: Owner, url: str, by: str) -> tuple[int, bool]:
    """The endpoint of a URL, and whether it is new or was off until now."""
    row = await connection.fetchrow(SQL["endpoint_of"], *owner.place, url, by)
    if row["made"]:
        if await connection.fetchval(SQL["how_many"], *owner.place) > ENDPOINTS_MOST:
            raise Invalid.of([Fault("too_many", f"There can be {ENDPOINTS_MOST} endpoints: delete one", "target_url")])
        await _add_secret(connection, key, owner, row["id"])
    elif row["was_off"]:
        await connection.execute(SQL["switch_on"], *owner.place, row["id"])
    return row["id"], row["made"] or row["was_off"]


async def _add(connection: Connection, owner: Owner, endpoint_id: int, event: EventName) -> int | None:
    where = (owner.business_id, owner.directory_id, endpoint_id)
    added: int | None = await connection.fetchval(SQL["subscribe"], *where, event.entity_name, event.event_type)
    return added


async def _add_secret(connection: Connection, key: InstanceKey, owner: Owner, endpoint_id: int) -> str:
    secret = new_signing_secret()
    sealed = key.encrypt(secret, purpose=PURPOSE)
    await connection.execute(SQL["add_secret"], owner.business_id, owner.directory_id, endpoint_id, mint(), sealed)
    return secret


async def unsubscribe(connection: Connection, owner: Owner, events: Sequence[str] | None, url: str) -> None:
    """From now on the URL hears no more of these events, or of any. Harmless when it never did."""
    await connection.execute(SQL["unsubscribe"], *owner.place, url, events)


async def list_subscriptions(
    connection: Connection, owner: Owner, *, entity: str | None = None, event_types: Sequence[str] | None = None
) -> list[Subscription]:
    rows = await connection.fetch(SQL["subscriptions"], *owner.place, entity, event_types)
    return [Subscription(**row) for row in rows]


async def list_endpoints(connection: Connection, owner: Owner) -> list[Endpoint]:
    return [Endpoint(**row) for row in await connection.fetch(SQL["list"], *owner.place, None)]


async def get_endpoint(connection: Connection, owner: Owner, id_: int) -> Endpoint:
    """NotFound when this owner has none of that id."""
    row = await connection.fetchrow(SQL["list"], *owner.place, id_)
    if row is None:
        raise _missing()
    return Endpoint(**row)


def _missing() -> NotFound:
    return NotFound("There is no such webhook")


async def create_endpoint(
    connection: Connection, key: InstanceKey, owner: Owner, events: Sequence[EventName], url: str, *, by: str
) -> tuple[Endpoint, str]:
    """An endpoint with its secret, which is shown this once: for a URL that has one already, a new secret.

    Its events are then exactly these. Invalid past 100 endpoints.
    """
    endpoint_id, _ = await _endpoint_of(connection, key, owner, url, by)
    names = [event.name for event in events]
    await connection.execute(SQL["unsubscribe_by_id"], owner.business_id, endpoint_id, names)
    for event in events:
        await _add(connection, owner, endpoint_id, event)
    secret = await rotate(connection, key, owner, endpoint_id, grace=timedelta())
    return await get_endpoint(connection, owner, endpoint_id), secret


async def rotate(connection: Connection, key: InstanceKey, owner: Owner, id_: int, *, grace: timedelta = GRACE) -> str:
    """A new secret, shown this once; the one before signs beside it for `grace` more. NotFound."""
    await get_endpoint(connection, owner, id_)
    await connection.execute(SQL["forget_secrets"], owner.business_id, id_)
    await connection.execute(SQL["retire_secrets"], owner.business_id, id_, min(grace, GRACE_MOST))
    return await _add_secret(connection, key, owner, id_)


async def switch_on(connection: Connection, owner: Owner, id_: int) -> None:
    """Tell it events again, as if nothing had failed; harmless when it is on. NotFound."""
    if await connection.fetchval(SQL["switch_on"], *owner.place, id_) is None:
        raise _missing()


async def remove_endpoint(connection: Connection, owner: Owner, id_: int) -> None:
    """With its subscriptions and secrets. NotFound."""
    if not await connection.fetchval(SQL["remove"], *owner.place, id_):
        raise _missing()


async def all_endpoints(
    connection: Connection, *, business_id: int | None = None, id_: int | None = None
) -> list[OwnedEndpoint]:
    """Endpoints of every owner, for operators; of one business, or the one of this id."""
    rows: list[Any] = await connection.fetch(SQL["all"], business_id, id_)
    return [OwnedEndpoint(**row) for row in rows]
