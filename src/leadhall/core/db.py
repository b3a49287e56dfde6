"""Connections to PostgreSQL: where it is, under which role, and within whose rows.

Four roles (docs/explain/architecture.md): `leadhall_owner` owns and migrates,
`leadhall_app` reads and edits under row-level security, `leadhall_intake` and
`leadhall_worker` do exactly what write.sql and the dispatcher need. One login
that is a member of all four suffices. On a database whose login can neither
make nor use the roles, everything runs as that login (`roles=False`): one wall
less, which doctor and the log say.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import asyncpg
import msgspec

SCHEMA = "leadhall"
CONNECT_WITHIN_S = 3.0
STATEMENT_WITHIN_S = 5.0
JSONB_VERSION = b"\x01"  # what stands before the text of a jsonb on the wire
MOST_QUERIES = 50_000  # then a connection of a pool is made anew: what it has in memory only grows

Role = Literal["owner", "app", "intake", "worker"]
Connection = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy


@dataclass(frozen=True)
class Database:
    """Where PostgreSQL is: keyword arguments for asyncpg, and whether our four roles are there."""

    arguments: dict[str, Any] = field(repr=False)
    roles: bool = True

    @classmethod
    def from_url(cls, url: str, *, roles: bool = True, pooled: bool = False) -> Database:
        """`pooled`: the way there leads through a pooler in transaction mode, which forgets prepared statements."""
        return cls({"dsn": url} | ({"statement_cache_size": 0} if pooled else {}), roles)

    def settings_for(self, role: Role | None) -> dict[str, str]:
        """Start-up parameters of a session: search path, UTC, and the role when there are roles."""
        named = {"role": f"leadhall_{role}"} if role and self.roles else {}
        if role == "intake":  # a statement that hung must not commit long after its callers were told
            named["statement_timeout"] = f"{STATEMENT_WITHIN_S:.0f}s"
        return {
            "search_path": SCHEMA,
            "timezone": "UTC",
            "application_name": f"leadhall {role or ''}".strip(),
        } | named

    async def connect(self, role: Role | None, **more: Any) -> asyncpg.Connection:
        arguments = {"timeout": CONNECT_WITHIN_S, "server_settings": self.settings_for(role)} | self.arguments | more
        connection: asyncpg.Connection = await asyncpg.connect(**arguments)
        await speak_json(connection)
        return connection

    def pool(
        self, role: Role, *, most: int, session: Mapping[str, str] | None = None, as_it_is: bool = False
    ) -> asyncpg.Pool:
        """A lazy pool: it connects when first used, so a database that is away does not stop the start.

        `session`: parameters of PostgreSQL for its sessions. `as_it_is`: whoever uses it leaves nothing behind in a
        session (SET, locks, cursors), so that none is reset when it is given back, which is a round trip each time.
        """
        return BoundedPool(  # type: ignore[no-untyped-call] # asyncpg types its factory only
            connection_class=asyncpg.Connection,
            record_class=asyncpg.Record,
            min_size=0,
            max_size=most,
            timeout=CONNECT_WITHIN_S,
            command_timeout=STATEMENT_WITHIN_S,
            server_settings=self.settings_for(role) | dict(session or {}),
            init=speak_json,
            reset=_leave if as_it_is else None,
            max_inactive_connection_lifetime=60,
            max_queries=MOST_QUERIES,
            loop=None,
            **self.arguments,
        )


@asynccontextmanager
async def unless_taken(connection: Connection, refusal: Exception) -> AsyncIterator[None]:
    """A savepoint: what clashes with a unique row, also with one that was written a moment ago, is this refusal."""
    try:
        async with connection.transaction():
            yield
    except asyncpg.UniqueViolationError:
        raise refusal from None


class BoundedPool(asyncpg.Pool):
    """A pool in which nobody waits without end: not for a connection, nor for one that hangs to be given back.

    asyncpg waits for ever unless `acquire` is told otherwise, and `fetch` and its kind have no way to tell it.
    """

    def acquire(self, *, timeout: float | None = None) -> Any:
        """A connection within `CONNECT_WITHIN_S`; TimeoutError when there is none."""
        return super().acquire(timeout=CONNECT_WITHIN_S if timeout is None else timeout)  # type: ignore[no-untyped-call]


async def _leave(_: Connection) -> None:
    """Reset nothing. asyncpg has looked before that no transaction is open."""


async def speak_json(connection: asyncpg.Connection) -> None:
    """Jsonb columns come and go as Python values: in the binary format, which rows within parameters must have."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: JSONB_VERSION + _encode(value),
        decoder=lambda octets: _decode(octets[len(JSONB_VERSION) :]),
    )


_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder().decode


@dataclass(frozen=True)
class Scope:
    """Whose rows a query may see: these businesses, or a whole directory."""

    business_ids: tuple[int, ...] = ()
    directory_id: int | None = None

    @classmethod
    def of(cls, business_ids: Iterable[int]) -> Scope:
        return cls(tuple(business_ids))


@asynccontextmanager
async def scoped(pool: asyncpg.Pool, scope: Scope) -> AsyncIterator[asyncpg.Connection]:
    """A transaction in which row-level security shows the scope's rows and no others."""
    async with pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            await narrow(connection, scope)
            yield connection
        except (TimeoutError, asyncio.CancelledError):
            connection.terminate()  # a rollback would wait once more for what hangs
            raise
        except BaseException:
            await transaction.rollback()
            raise
        await transaction.commit()


async def narrow(connection: Connection, scope: Scope) -> None:
    """From now to the end of this transaction the connection sees the scope's rows alone."""
    await connection.execute(
        "select set_config('app.business_ids', $1, true), set_config('app.directory_id', $2, true)",
        ",".join(map(str, scope.business_ids)),
        str(scope.directory_id or ""),
    )
