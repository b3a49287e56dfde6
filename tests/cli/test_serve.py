"""`leadhall serve`: from start to stop, on a database of one's own and on the embedded one."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psutil
import pytest

from leadhall.cluster.place import Place
from leadhall.cluster.processes import living_in, postmaster_of
from tests.cli.served import command, free_port, served
from tests.cluster.watching import left_in

UNSAFE = {"LEADHALL_ALLOW_UNSAFE_DURABILITY": "yes"}  # the test cluster does not fsync


@pytest.fixture
def data():
    """A folder that PostgreSQL's user can reach (pytest's own are 0700)."""
    folder = Path(tempfile.mkdtemp(prefix="lh-cli-"))
    folder.chmod(0o711)
    yield folder
    for pid in living_in(folder / "data" / "pg18"):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_migrates_serves_and_ends_well(empty_database, tmp_path, how):
    with served(tmp_path, "serve", DATABASE_URL=empty_database, LEADHALL_DATA=tmp_path / "data", **UNSAFE) as server:
        server.wait_until_ready()

        assert server.stop(how) == 0


def test_without_migration_it_says_that_the_database_is_behind(empty_database, tmp_path):
    settings = {"DATABASE_URL": empty_database, "LEADHALL_DATA": tmp_path / "data", **UNSAFE}
    with served(tmp_path, "serve", "--no-migrate", **settings) as server:
        server.wait_until(lambda: server.get("/livez")[0] == 200)

        assert server.get("/readyz")[0] == 503
        assert "leadhall migrate" in server.log.read_text()


@pytest.fixture
def away(empty_database, tmp_path):
    """The address of a database that cannot be reached until `come()` is called."""
    way = tmp_path / "way"
    parts = urlsplit(empty_database)
    asked = dict(parse_qsl(parts.query))

    def come():
        way.symlink_to(asked["host"])

    return urlunsplit(parts._replace(query=urlencode(asked | {"host": str(way)}))), come


LEADGEN = "/platform/v1/leadgen"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_database_that_is_away_at_the_start_is_waited_for_and_migrated_when_it_comes(away, tmp_path, workers):
    url, come = away
    settings = {"DATABASE_URL": url, "LEADHALL_DATA": tmp_path / "data", "LEADHALL_WORKERS": workers, **UNSAFE}
    with served(tmp_path, "serve", **settings) as server:
        server.wait_until(lambda: server.get("/livez")[0] == 200)
        refused = [server.get("/readyz"), server.post(LEADGEN, "lh_staff_x", {})]
        assert [(status, body["error_code"]) for status, body in refused] == [(503, "unavailable")] * 2

        come()
        server.wait_until_ready()
        server.wait_until(lambda: server.post(LEADGEN, "lh_staff_x", {})[0] == 401)

        assert server.stop() == 0


def test_a_database_that_comes_is_left_as_it_is_when_told_so(away, tmp_path):
    url, come = away
    with served(
        tmp_path, "serve", "--no-migrate", DATABASE_URL=url, LEADHALL_DATA=tmp_path / "data", **UNSAFE
    ) as server:
        server.wait_until(lambda: server.get("/livez")[0] == 200)
        come()
        server.wait_for_words("leadhall migrate")

        assert server.get("/readyz")[0] == 503


def test_it_refuses_a_database_that_loses_leads(database_url, tmp_path):
    ran = command("serve", DATABASE_URL=database_url, LEADHALL_DATA=tmp_path / "data", PORT=free_port())

    assert ran.returncode == 1
    assert "fsync" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_port_in_use_is_said_and_nothing_else_happens(database_url, tmp_path):
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        ran = command("serve", DATABASE_URL=database_url, LEADHALL_DATA=tmp_path / "data", PORT=port, **UNSAFE)

    assert ran.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in ran.stderr


def test_several_processes_share_the_port_and_one_that_dies_comes_back(database_url, tmp_path):
    settings = {"DATABASE_URL": database_url, "LEADHALL_DATA": tmp_path / "data", **UNSAFE}
    with served(tmp_path, "serve", "--workers", "2", **settings) as server:
        server.wait_until_ready()
        server.wait_until(lambda: server.log.read_text().count("serving at=") == 2)
        workers = _workers(server)
        workers[0].kill()
        server.wait_until(lambda: server.log.read_text().count("serving at=") == 3)

        assert server.get("/livez")[0] == 200
        assert server.stop() == 0


def test_its_processes_do_not_outlive_it(database_url, tmp_path):
    settings = {"DATABASE_URL": database_url, "LEADHALL_DATA": tmp_path / "data", **UNSAFE}
    with served(tmp_path, "serve", "--workers", "2", **settings) as server:
        server.wait_until_ready()
        family = psutil.Process(server.process.pid).children(recursive=True)
        server.process.kill()
        server.process.wait()

        assert not psutil.wait_procs(family, timeout=15)[1]


def _workers(server):
    family = psutil.Process(server.process.pid).children()
    return [each for each in family if "spawn_main" in " ".join(each.cmdline())]


def test_the_embedded_database_is_shared_comes_back_when_killed_and_goes_with_the_server(data):
    """One story, as making a cluster costs seconds."""
    cluster = Place.of(data / "data").cluster(18)
    with served(data, "serve", LEADHALL_DATA=data / "data") as server:
        server.wait_until_ready()
        assert '"running": true' in command("database", "status", "--json", LEADHALL_DATA=data / "data").stdout
        assert command("directory", "create", "Acme", LEADHALL_DATA=data / "data").returncode == 0
        assert server.get("/readyz")[0] == 200, "a command that leaves does not stop the server's database"

        first = postmaster_of(cluster).pid
        os.kill(first, signal.SIGKILL)
        server.wait_until(lambda: (told := postmaster_of(cluster)) and told.pid != first)
        server.wait_until_ready()

        assert server.stop() == 0
    assert left_in(cluster) == []


def test_a_stop_during_the_start_leaves_nothing(data):
    cluster = Place.of(data / "data").cluster(18)
    with served(data, "serve", LEADHALL_DATA=data / "data") as server:
        server.wait_until(lambda: postmaster_of(cluster))

        assert server.stop() == 0
    assert left_in(cluster) == []


def test_data_of_an_older_postgresql_is_carried_to_ours(data):
    old = {"LEADHALL_DATA": data / "data", "LEADHALL_PG_BIN": "/usr/lib/postgresql/15/bin"}
    assert command("migrate", **old).returncode == 0
    assert command("directory", "create", "Kept", **old).returncode == 0

    refused = command("directory", "list", LEADHALL_DATA=data / "data")
    done = command("database", "upgrade", LEADHALL_DATA=data / "data")
    listed = command("directory", "list", LEADHALL_DATA=data / "data")

    assert (refused.returncode, "leadhall database upgrade" in refused.stderr) == (1, True)
    assert done.returncode == 0, done.stderr
    assert "Kept" in listed.stdout
