"""Waiting for events, asking a database, and being somebody else for a while."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import tempfile
import time
import traceback
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from leadhall.cluster.processes import end_all, living_in, works_in

DURABLE_AGAINST_KILLS = {"fsync": "off"}  # not against a power cut, which no test makes
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def eventually(asked, within_s=20):
    """Ask until the answer is true, and give it; a failed claim when it never is."""
    deadline = time.monotonic() + within_s
    while not (answer := asked()):
        assert time.monotonic() < deadline, f"did not come true within {within_s} s"
        time.sleep(0.02)  # between two looks, not to wait for a fixed time
    return answer


def left_in(cluster):
    """PostgreSQL processes that still work in this folder; one dying in another test's is none of them."""
    return [pid for pid in living_in(cluster) if works_in(pid, cluster)]


def ask(dsn, query, *arguments, role=None):
    """One value from a database."""

    async def answer():
        connection = await asyncpg.connect(**dsn.asyncpg_kwargs(), server_settings={"role": role} if role else {})
        try:
            return await connection.fetchval(query, *arguments)
        finally:
            await connection.close()

    return asyncio.run(answer())


def can_ask(dsn, query="select true"):
    try:
        return ask(dsn, query)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False


def tell(dsn, script, role=None):
    """Run statements."""

    async def run():
        connection = await asyncpg.connect(**dsn.asyncpg_kwargs(), server_settings={"role": role} if role else {})
        try:
            await connection.execute(script)
        finally:
            await connection.close()

    asyncio.run(run())


class Other:
    """A process of ours that does `work`, as another user if named, until it ends or is killed.

    Forked, so that it needs no Python of its own that the other user can reach.
    """

    def __init__(self, work, user=None):
        self.read, self._write = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._be(work, user)

    def _be(self, work, user):
        code = 1
        try:
            if user is not None:
                entry = pwd.getpwnam(user)
                os.setgroups([])
                os.setgid(entry.pw_gid)
                os.setuid(entry.pw_uid)
            work(self.say)
            code = 0
        except BaseException as fault:  # noqa: BLE001 - the fork must end here whatever happens
            traceback.print_exc()
            self.say(f"{type(fault).__name__}: {fault}".replace("\n", " | "))
        finally:
            os._exit(code)

    def say(self, line):
        os.write(self._write, f"{line}\n".encode())

    def hear(self):
        """The next line it says."""
        heard = b""
        while not heard.endswith(b"\n"):
            heard += os.read(self.read, 1)
        return heard.decode().rstrip("\n")

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def wait(self):
        """Its exit code; negative for a signal."""
        _, status = os.waitpid(self.pid, 0)
        os.close(self.read)
        os.close(self._write)
        return os.waitstatus_to_exitcode(status)


def stay(_say):
    signal.pause()


@contextmanager
def busy(dsn):
    """A client of its own process in the middle of a query that has no end."""
    endless = "select count(*) from generate_series(1, 100000000000)"
    client = Other(lambda _say: can_ask(dsn, endless))
    try:
        eventually(lambda: ask(dsn, "select count(*) from pg_stat_activity where query = $1", endless))
        yield
    finally:
        client.kill()


@contextmanager
def open_folder():
    """A new folder that PostgreSQL's user can reach; at the end no cluster of it runs and it is gone."""
    folder = Path(tempfile.mkdtemp(prefix="lh-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        for cluster in folder.rglob("PG_VERSION"):
            if cluster.parent.name.startswith("pg"):
                end_all(cluster.parent, signal.SIGKILL, 10)
        shutil.rmtree(folder)
