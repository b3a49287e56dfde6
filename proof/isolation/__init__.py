"""Isolation: every operation, asked by everybody, about everything that is not theirs.

The matrix is made from the operation table, so an operation that comes is in it. It is run as
the server stands, with row-level security alone, and with the scoped layer alone; and as
controls with a check taken away.
"""

from __future__ import annotations

import asyncio
from unittest import mock

from tests.web.asking import Asker

from leadhall.app import TABLE, Application
from leadhall.cluster.dsn import LOGIN
from leadhall.core.db import Database
from leadhall.core.logs import configure_logs
from leadhall.core.operation import Operation
from leadhall.core.secrets import InstanceKey
from leadhall.settings import Settings
from leadhall.tenancy import passwords
from proof.frame import Run
from proof.hall import hall
from proof.isolation.ground import Ground, Login
from proof.isolation.matrix import Findings, look_through
from proof.isolation.principals import EVERYBODY, SOME
from proof.isolation.without import BOTH_WALLS_GONE, CHECKS, NOTHING, WALLS, Without

SETTINGS = Settings(rate_per_s=0, allow_unsafe_durability=True, dispatch=False)
KEY = InstanceKey(b"the key of the proof")
ANY_NUMBER = 10**9
"""Of tries to sign in: limits are off here, as those of requests are."""
A_FEW = tuple(TABLE[name] for name in ("create_lead", "list_clients", "get_client", "get_lead", "list_conversations"))
"""Enough to notice a check that is gone."""
INTAKE = frozenset({"create_lead", "create_partner_lead", "submit_contact_form"})
"""What writes through intake, whose role works across businesses: behind it stands the scoped layer alone."""


def prove(run: Run) -> None:
    """The whole matrix, each wall alone, and a check that is gone."""
    configure_logs("critical", as_json=True)
    with hall(run.folder) as our:
        our.start()
        login = Database({**our.dsn.asyncpg_kwargs(), "user": LOGIN})
        asyncio.run(_prove(run, Login(our.dsn, login)))


async def _prove(run: Run, login: Login) -> None:
    found = await matrix(login)
    run.count(operations=len(list(TABLE)), asked=found.asked, denied=found.denied, rightful=found.rightful)
    run.expect("no answer tells anything of others, and no row of theirs changes", not found.leaks)
    run.expect("every operation can be asked rightfully by its own example", not found.unheard)
    for words in [*found.leaks, *found.unheard][:40]:
        run.say(words)
    for wall in WALLS:
        alone = await matrix(login, without=wall, rightful=False, who=SOME)
        leaks = [leak for leak in alone.leaks if wall.is_a_leak(leak)]
        run.count(**{f"leaks_{wall.name}": len(leaks)})
        run.expect(f"holds {wall.words}", not leaks)
        for words in leaks[:10]:
            run.say(f"{wall.words}: {words}")
    for check in (run.chance("which check").choice(CHECKS), BOTH_WALLS_GONE):
        broken = await matrix(login, without=check, rightful=False, operations=A_FEW)
        run.control(check.words, caught=bool(broken.leaks), leaks=len(broken.leaks))


async def matrix(
    login: Login,
    *,
    without: Without = NOTHING,
    rightful: bool = True,
    operations: tuple[Operation, ...] = tuple(TABLE),
    who: frozenset[str] = EVERYBODY,
) -> Findings:
    """Everybody's calls of these operations on a fresh ground; `without` takes a part of the server away."""
    ground = await Ground.laid(login)
    try:
        with without.gone(ground), mock.patch.object(passwords, "TRIES_MOST", ANY_NUMBER):
            database = without.database(login.database)
            asked = [each for each in operations if without.intake or each.name not in INTAKE]
            application = Application(SETTINGS, database, KEY)
            async with application.running() as services:
                return await look_through(
                    Asker(application), ground, services, asked, rightful=rightful, who=who - without.absent
                )
    finally:
        await ground.close()
