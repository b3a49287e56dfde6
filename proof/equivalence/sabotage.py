"""What is broken on purpose, each so that the rules do not hold: a sequence must notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any
from unittest import mock

from leadhall.app import FUNCTIONS
from leadhall.core.db import Database
from leadhall.core.sql import SqlFile
from leadhall.schema.migrate import migrate
from proof.equivalence.door import TwoDoors

WRITE = "intake/write.sql"


@dataclass(frozen=True)
class Sabotage:
    """`sql` is run by the owner; `swaps` are texts of write.sql and what stands there instead."""

    name: str
    way: str
    sql: tuple[str, ...] = ()
    swaps: tuple[tuple[str, str], ...] = ()
    in_force: Callable[[], AbstractContextManager[Any]] = nullcontext

    async def lay(self, login: dict[str, Any]) -> None:
        database = Database(login)
        await migrate(database, [self._swapped(file) for file in FUNCTIONS])
        owner = await database.connect("owner")
        try:
            for statement in self.sql:
                await owner.execute(statement)
        finally:
            await owner.close()

    def _swapped(self, file: SqlFile) -> SqlFile:
        text = file.text
        for there, instead in self.swaps if file.name == WRITE else ():
            if text.count(there) != 1:
                raise ValueError(f"{self.name}: write.sql has {text.count(there)} times {there!r}: mend the sabotage")
            text = text.replace(there, instead)
        return replace(file, text=text)


def _remember_tokens() -> AbstractContextManager[Any]:
    return mock.patch.object(TwoDoors, "remembers_s", 60.0)


@contextmanager
def _lower_as_in_sql() -> Iterator[None]:
    """lower() of the C collation, which our key columns have, knows only ASCII letters."""

    def key(email: str) -> str:
        return "".join(c.lower() if c.isascii() else c for c in email.strip())

    with mock.patch("leadhall.intake.identity.email_key", key):
        yield


NO_INDEX = (
    "alter table client_key drop constraint client_key_pkey",
    "create index on client_key (business_id, kind, key)",
)
INSERT_OR_FIND = """\
             where p.is_lead and p.key is not null
             order by p.business_id, p.kind, p.key, p.n
                on conflict (business_id, kind, key) do nothing
"""
INSERT_ALWAYS = INSERT_OR_FIND.replace(" (business_id, kind, key)", "")
READ_THEN_INSERT = """\
             where p.is_lead and p.key is not null
               and not exists (select from client_key k
                                where (k.business_id, k.kind, k.key) = (p.business_id, p.kind, p.key))
             order by p.business_id, p.kind, p.key, p.n
"""
LOCK = "offset 0 for update) held"

SABOTAGES = (
    Sabotage("SQL lower()", "one by one", in_force=_lower_as_in_sql),
    Sabotage("no unique index", "one by one", sql=NO_INDEX, swaps=((INSERT_OR_FIND, INSERT_ALWAYS),)),
    Sabotage("read, then insert", "two connections", sql=NO_INDEX, swaps=((INSERT_OR_FIND, READ_THEN_INSERT),)),
    Sabotage("known clients not locked", "two connections", swaps=((LOCK, ") held"),)),
    Sabotage("snapshot not filled from the batch", "in batches", swaps=(("coalesce(earlier.card, '{}')", "'{}'"),)),
    Sabotage("a number of the card's for another phone", "in batches", swaps=(("r.said ? 'phone'", "false"),)),
    Sabotage("idempotency keys not kept", "two doors", swaps=(("now() + interval '96 hours'", "now()"),)),
    Sabotage("repeats not folded", "two doors", swaps=(("now() + p.window_s * interval '1 second'", "now()"),)),
    Sabotage("revoked tokens still heard", "two doors", in_force=_remember_tokens),
)
