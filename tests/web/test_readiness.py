"""A database that is away, behind, unsafe, and comes back."""

import asyncio

import pytest

from leadhall.app import Application
from leadhall.core.db import Database
from leadhall.settings import Settings
from leadhall.web import endpoint
from leadhall.web.readiness import Readiness, UnsafeDurability
from tests.web.asking import Asker
from tests.web.leads import send_lead

HEALED_WITHIN_S = 5.0  # reliability.md P10


class Link:
    """A way to the database that can be cut: a folder that is, or is not, that of its socket."""

    def __init__(self, database, folder):
        self._directly = database
        self._to = database.arguments["host"]
        self._link = folder / "way"
        self.database = Database(database.arguments | {"host": str(self._link)})

    def mend(self):
        self._link.symlink_to(self._to)

    async def cut(self):
        """Nobody gets in any more, and whoever is in is thrown out."""
        self._link.unlink()
        connection = await self._directly.connect(None)
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
            "and pid <> pg_backend_pid() and application_name in ('leadhall app', 'leadhall intake', 'leadhall worker')"
        )
        await connection.close()


@pytest.fixture
def link(database, tmp_path):
    return Link(database, tmp_path)


@pytest.fixture
async def ask_over(link, key, world, settings):
    application = Application(settings, link.database, key)
    async with application.running():
        yield Asker(application)


async def until_ready(ask):
    async with asyncio.timeout(HEALED_WITHIN_S):
        while True:
            if (await ask.get("/readyz")).status == 200:
                return True
            await asyncio.sleep(0.05)  # between two looks


async def test_a_server_starts_although_its_database_is_away(ask_over, world):
    alive, ready = await ask_over.get("/livez"), await ask_over.get("/readyz")
    read = await ask_over.get("/platform/v1/clients", token=world.first.token)
    lead = await ask_over.post("/platform/v1/leadgen", token=world.first.token, json={})

    assert alive.status == 200
    assert [(each.status, each.json["error_code"]) for each in (ready, read, lead)] == [(503, "unavailable")] * 3
    assert ready.header("retry-after")


async def test_a_server_heals_when_its_database_comes(ask_over, link, world):
    link.mend()

    assert await until_ready(ask_over)
    await send_lead(ask_over, world.first.token)
    assert (await ask_over.get("/platform/v1/clients", token=world.first.token)).status == 200


CREATED = 201
LEADGEN = "/platform/v1/leadgen"
ANOTHER_LEAD = {"identifier_type": "unique_id", "unique_id": "7", "first_name": "Ruth", "request_title": "Healed"}


async def test_a_server_heals_when_its_database_comes_back(ask_over, link, world):
    link.mend()
    await until_ready(ask_over)
    await send_lead(ask_over, world.first.token)

    await link.cut()
    told = await ask_over.get("/platform/v1/clients", token=world.second.token)
    assert (told.status, told.json["error_code"]) == (503, "unavailable")

    link.mend()
    async with asyncio.timeout(HEALED_WITHIN_S):
        while (await ask_over.post(LEADGEN, token=world.first.token, json=ANOTHER_LEAD)).status != CREATED:
            pass  # each answer is a round through the server, which is all the waiting there is


async def test_a_database_that_loses_leads_is_no_place_to_start_on(database, key):
    with pytest.raises(UnsafeDurability, match=r"fsync.*LEADHALL_ALLOW_UNSAFE_DURABILITY"):
        async with Application(Settings(), database, key).running():
            pass


async def test_a_server_that_was_told_to_start_all_the_same_says_so(database, key, capsys):
    async with Application(Settings(allow_unsafe_durability=True, dispatch=False), database, key).running():
        pass

    assert "acknowledged leads may be lost" in "".join(capsys.readouterr())


async def test_a_database_that_turns_out_to_be_unsafe_after_the_start_is_not_ready(database):
    readiness = Readiness(database, allow_unsafe=False)

    assert await readiness.look() == "unsafe"
    assert "fsync" in readiness.faults
    readiness.close()


async def test_a_database_behind_this_version_is_not_ready(database, owner):
    readiness = Readiness(database, allow_unsafe=True)
    assert await readiness.look() == "ready"
    async with owner.transaction():
        await owner.execute("update migration set name = 'x' || name where name like '0001%'")
    try:
        assert await readiness.look() == "pending"
    finally:
        await owner.execute("update migration set name = substr(name, 2) where name like 'x0001%'")
    assert await readiness.look() == "ready"
    readiness.close()


async def test_a_server_whose_database_turns_out_to_be_unsafe_takes_no_leads(ask, services, world):
    services.readiness.state = "unsafe"
    lead = await ask.post("/platform/v1/leadgen", token=world.first.token, json={})
    probes = [(await ask.get(path)).status for path in ("/livez", "/readyz", "/metrics")]

    assert (lead.status, lead.json["error_code"]) == (503, "unavailable")
    assert probes == [200, 503, 200]


async def test_a_database_that_hangs_keeps_nobody_waiting(ask, owner, world, monkeypatch):
    monkeypatch.setattr(endpoint, "ANSWER_WITHIN_S", 0.3)
    async with owner.transaction():
        await owner.execute("lock table client in access exclusive mode")
        told = await ask.get("/platform/v1/clients", token=world.first.token)

    assert (told.status, told.json["error_code"]) == (503, "unavailable")
    assert (await ask.get("/platform/v1/clients", token=world.first.token)).status == 200
