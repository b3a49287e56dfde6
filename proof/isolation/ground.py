"""The ground of the matrix: the small known world, with a row in every table for each of its businesses.

All that belongs to a business has the business's own uid: whatever kind of thing a parameter
names, that uid is one that is there, and it tells whose it is. Every other text is the
business's canary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
from tests.world import KnownBusiness, World, make_world

from leadhall.cluster.dsn import Dsn
from leadhall.core.db import Database
from leadhall.core.ids import mint
from proof.isolation.shots import Name

ONE_OF_EACH = (Path(__file__).parents[2] / "tests" / "schema" / "one_of_each.sql").read_text()
FACTS = {"created": True, "by": "email"}
PLACEHOLDER_MOST_CHARS = 2  # what one_of_each.sql writes where any text would do
NEVER_EMPTIED = {"migration", "instance_setting"}
BOOKKEEPING = "{last_used_at,told_dead_at}"
TOLD_ANYWAY = {"outbox": " and kind <> 'dead_token'"}
"""A business hears daily that a token of its own, which is dead, is still in use."""
WRITTEN_BEHIND = {"request_log"}
"""Rows come up to a second later, so they are looked at by whose token they tell of."""


@dataclass(frozen=True)
class Login:
    """A database at our version: for the superuser, and as the server uses it."""

    admin: Dsn
    database: Database

    async def as_admin(self) -> asyncpg.Connection:
        """A connection to the server's database that no wall holds and no foreign key hinders."""
        named = self.database.arguments.get("database", self.admin.database)
        settings = {"search_path": "leadhall", "session_replication_role": "replica"}
        return await asyncpg.connect(**replace(self.admin, database=named).asyncpg_kwargs(), server_settings=settings)


class Ground:
    """Laid once, asked about often: what belongs to whom, and whether it is as it was."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._columns: dict[str, dict[str, str]] = {}
        self._markings: list[str] | None = None
        self.world: World
        self.canary: dict[int, str] = {}

    @classmethod
    async def laid(cls, login: Login) -> Ground:
        ground = cls(await login.as_admin())
        await ground.lay()
        return ground

    async def lay(self) -> None:
        """Empty the database and fill it anew; every uid and token is another one then."""
        self._columns = self._columns or await self._read_columns()
        async with self._connection.transaction():
            tables = self._columns.keys() - NEVER_EMPTIED
            await self._connection.execute(";".join(f"delete from {table}" for table in tables))
            self.world = await make_world(self._connection)
            # what the matrix itself sends is remembered for as long as it lasts, so that no sweep looks like a change
            await self._connection.execute("update business set repeat_window_s = 86400")
            for business in self.world.businesses:
                self.canary[business.id] = f"canary{mint()}"
                await self._fill(business)
            await self._connection.execute(
                "insert into client (business_id, uid, first_name) values ($1, $2, 'Of the client''s token')",
                self.world.first.id,
                self.world.client_uid,
            )

    async def close(self) -> None:
        await self._connection.close()

    async def _read_columns(self) -> dict[str, dict[str, str]]:
        """Table to its columns and their types."""
        rows = await self._connection.fetch(
            """select c.relname, a.attname, format_type(a.atttypid, null) as type
                 from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                where c.relnamespace = 'leadhall'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                  and a.attgenerated = ''"""
        )
        columns: dict[str, dict[str, str]] = {}
        for row in rows:
            columns.setdefault(row["relname"], {})[row["attname"]] = row["type"]
        return columns

    async def _fill(self, business: KnownBusiness) -> None:
        text = ONE_OF_EACH.replace("BUSINESS", str(business.id)).replace("DIRECTORY", str(business.directory_id))
        for table, columns in self._columns.items():
            if columns.get("id") == "bigint" and "business_id" in columns:
                named = "pg_get_serial_sequence($1, 'id')"
                await self._connection.execute(f"select setval({named}, $2, false)", table, self.name(business).number)
        await self._connection.execute(text)
        if self._markings is None:
            self._markings = [each for each in self._could_be_marked(text) if await self._mark([each], business)]
        else:
            await self._mark(self._markings, business)
        await self._people(business)
        await self._unplaced(business)

    def _could_be_marked(self, text: str) -> list[str]:
        """Updates of every column that one_of_each.sql fills with any text: UID for a uid, CANARY for the rest."""
        tables = {name: self._columns[name] for name in dict.fromkeys(re.findall(r"insert into (\w+)", text))}
        of_business = {name: columns for name, columns in tables.items() if "business_id" in columns}
        return [
            # else the housekeeper or the dispatcher comes and takes it
            *(
                f"update {name} set {column} = now() + interval '1 day' where business_id = BUSINESS"
                for name, columns in of_business.items()
                for column in columns.keys() & {"until", "due_at"}
            ),
            *(
                f"update {name} set {column} = '{'UID' if re.search(r'(^|_)u?id$', column) else 'CANARY'}' "
                f"where business_id = BUSINESS and length({column}) <= {PLACEHOLDER_MOST_CHARS}"
                for name, columns in of_business.items()
                for column, type_ in columns.items()
                if type_ == "text"
            ),
        ]

    async def _mark(self, updates: list[str], business: KnownBusiness) -> bool:
        """Do these; False when a constraint has another word."""
        told = {"UID": business.uid, "CANARY": self.canary[business.id], "BUSINESS": str(business.id)}
        try:
            async with self._connection.transaction():
                await self._connection.execute(re.sub("|".join(told), lambda word: told[word[0]], ";".join(updates)))
        except asyncpg.IntegrityConstraintViolationError:
            return False
        return True

    async def _people(self, business: KnownBusiness) -> None:
        """Somebody, a token, a form key and the card of the client, all under the business's uid."""
        uid, canary = business.uid, self.canary[business.id]
        await self._connection.execute(
            """with u as (insert into app_user (uid, email, email_key) values ($1, $2, $2) returning id)
               insert into staff (business_id, uid, user_id, role, display_name)
               select $3, $1, id, 'user', $2 from u""",
            uid,
            canary,
            business.id,
        )
        await self._connection.execute(
            """insert into token (hash, uid, principal, kind, label, directory_id, business_id, staff_uid, scopes)
               values ($1::text::bytea, $1, $1, 'staff', $2, $3, $4, $1, '{}')""",
            uid,
            canary,
            business.directory_id,
            business.id,
        )
        await self._connection.execute(
            "insert into form_key (hash, uid, business_id, key, label) values ($1::text::bytea, $1, $2, $3, $3)",
            uid,
            business.id,
            canary,
        )
        await self._connection.execute(
            "update client set first_name = $1, last_name = $1, address = $1, tags = array[$1] where business_id = $2",
            canary,
            business.id,
        )
        await self._connection.execute(
            "update lead set facts = $1::text::jsonb where business_id = $2",
            msgspec.json.encode(FACTS).decode(),
            business.id,
        )

    async def _unplaced(self, business: KnownBusiness) -> None:
        """A text that is nobody's, for the directory of the business: it came to a number that its businesses share."""
        shared = f"the number of directory {business.directory_id}"
        await self._connection.execute(
            "insert into sender_profile (business_id, channel, settings) values ($1, 'sms', $2::text::jsonb)",
            business.id,
            msgspec.json.encode({"number": shared}).decode(),
        )
        await self._connection.execute(
            """insert into inbound (business_id, uid, channel, dedupe, sender, recipient, fate, reason, text)
               values (0, $1, 'sms', $1::text::bytea, $2, $3, 'held', 'shared_number', $2)""",
            business.uid,
            self.canary[business.id],
            shared,
        )

    def name(self, business: KnownBusiness) -> Name:
        """By which everything of a business is asked for."""
        return Name.of(business.uid, business.id * 1000)

    def telltales(self, business: KnownBusiness) -> tuple[str, ...]:
        """What nobody may read who does not reach this business."""
        return (self.canary[business.id], business.nickname, business.uid, business.owner, business.token)

    async def marks(self, businesses: tuple[KnownBusiness, ...]) -> dict[str, Any]:
        """Table and business to a hash of all their rows; a token's bookkeeping is no change."""
        parts = [
            f"select '{table} of ' || {column}, md5(string_agg(j::text, '' order by j::text)) from (select {column}, "
            f"to_jsonb(t) - '{BOOKKEEPING}'::text[] as j from {table} t where {column} = any ($1)"
            f"{TOLD_ANYWAY.get(table, '')}) as {table} group by 1"
            for table, columns in self._columns.items()
            for column in [self._whose(table, columns)]
            if column and table not in WRITTEN_BEHIND
        ]
        return dict(await self._connection.fetch(" union all ".join(parts), [each.id for each in businesses]))

    def _whose(self, table: str, columns: dict[str, str]) -> str | None:
        if table == "business":
            return "id"
        return "business_id" if "business_id" in columns else None

    async def logged_elsewhere(self) -> list[str]:
        """Rows of the request log in a business that their token does not reach."""
        rows = await self._connection.fetch(
            """select r.business_id, r.operation, t.kind from request_log r join token t on t.uid = r.token_uid
                where r.business_id <> 0 and r.business_id <> coalesce(t.business_id, r.business_id)
                   or not exists (select from business b where b.id = r.business_id and b.directory_id = t.directory_id)
                      and r.business_id <> 0"""
        )
        return [f"the request log of {row[0]} tells of {row[1]} by a {row[2]} token of others" for row in rows]
