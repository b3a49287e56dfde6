"""A part of the server taken away while the matrix runs: a wall, to see that the other holds; a check, as a control."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from unittest import mock

from leadhall.core import db
from leadhall.core.db import Database, Role, Scope
from leadhall.tenancy import doorkeeper
from leadhall.tenancy.caller import BusinessRef, Caller
from leadhall.tenancy.doorkeeper import Doorkeeper
from leadhall.tenancy.reach import Reach
from proof.isolation.ground import Ground


@dataclass(frozen=True)
class Without:
    name: str
    words: str
    patches: Callable[[Ground | None], list[AbstractContextManager[Any]]] = lambda _: []
    row_security: bool = True
    counts: tuple[str, ...] = ("",)
    """Findings that count have one of these in their words."""
    intake: bool = True
    """Whether intake is asked too: its role works across businesses, so no row security stands behind it."""
    absent: frozenset[str] = frozenset()
    """Who does not ask."""

    @contextmanager
    def gone(self, ground: Ground | None) -> Iterator[None]:
        with ExitStack() as stack:
            for patch in self.patches(ground):
                stack.enter_context(patch)
            yield

    def database(self, database: Database) -> Database:
        """As the server is given it."""
        return database if self.row_security else WithoutRowSecurity(database.arguments, database.roles)

    def is_a_leak(self, words: str) -> bool:
        return any(word in words for word in self.counts)


class WithoutRowSecurity(Database):
    """Readers and editors work as the owner of the tables, whom row-level security does not hold."""

    def settings_for(self, role: Role | None) -> dict[str, str]:
        return super().settings_for("owner" if role == "app" and self.roles else role)


def _no_scopes(_: Ground | None) -> list[AbstractContextManager[Any]]:
    return [mock.patch.object(Doorkeeper, "require", staticmethod(lambda *_: None))]


def _no_deaths(_: Ground | None) -> list[AbstractContextManager[Any]]:
    found = doorkeeper._found  # noqa: SLF001 - where a dead token is told from a living one
    return [mock.patch.object(doorkeeper, "_found", lambda row: found({**row, "died": None}))]


def _no_reach(ground: Ground | None) -> list[AbstractContextManager[Any]]:
    """Every business is within everybody's reach."""
    return [mock.patch.object(Reach, "business", _reaching_all(ground, lambda _: None))]


def _only_row_security(ground: Ground | None) -> list[AbstractContextManager[Any]]:
    """Handlers work for whichever business they are told; the transaction's scope stays what the caller reaches."""
    whose: ContextVar[Caller | None] = ContextVar("whose", default=None)

    @asynccontextmanager
    async def scoped(pool: Any, scope: Scope) -> AsyncIterator[Any]:
        caller = whose.get()
        async with db.scoped(pool, _reach_of(caller) if caller else scope) as connection:
            yield connection

    named = [module for module in list(sys.modules.values()) if getattr(module, "scoped", None) is db.scoped]
    return [
        mock.patch.object(Reach, "business", _reaching_all(ground, whose.set)),
        *(mock.patch.object(module, "scoped", scoped) for module in named if module is not db),
    ]


def _reach_of(caller: Caller) -> Scope:
    return Scope.of([caller.business_id]) if caller.business_id else Scope(directory_id=caller.directory_id)


def _reaching_all(ground: Ground | None, tell: Callable[[Caller], Any]) -> Any:
    assert ground is not None
    known = {each.uid: BusinessRef(each.id, each.uid, each.directory_id) for each in ground.world.businesses}
    business = Reach.business

    async def reach(self: Reach, caller: Caller, names: Any, *, needed: bool) -> BusinessRef | None:
        meant = next((known[name] for _, name in names if name in known), None)
        if meant is None:
            return await business(self, caller, names, needed=needed)
        tell(caller)
        return meant

    return reach


NOTHING = Without("nothing", "as it stands")
WALLS = (
    Without("scoped_layer_alone", "with the scoped layer alone", row_security=False),
    Without(
        "row_security_alone",
        "with row-level security alone",
        _only_row_security,
        counts=(" reads ", "changed what is not theirs"),
        intake=False,
        absent=frozenset({"free app"}),  # its scope is the directory: which of its businesses, the scoped layer says
    ),
)
CHECKS = (
    Without("scopes", "kinds and scopes of tokens are not looked at", _no_scopes),
    Without("deaths", "dead tokens live on", _no_deaths),
    Without("reach", "every business is within reach", _no_reach),
)
BOTH_WALLS_GONE = Without("walls", "neither wall stands", _no_reach, row_security=False)
