"""Databases that are not migrated yet, and logins that may less than ours."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from leadhall.core.db import Database
from tests.cluster_fixture import drop_database, make_database

LET_IN = "\nlocal all +test_logins trust\n"


@pytest.fixture
async def admin(postgres):
    connection = await asyncpg.connect(**postgres.asyncpg_kwargs())
    yield connection
    await connection.close()


@pytest.fixture
async def empty(postgres):
    """An empty database of its own, as login `leadhall`."""
    dsn = await make_database(postgres, "empty")
    yield Database(dsn.asyncpg_kwargs())
    await drop_database(dsn)


@pytest.fixture
async def plain(postgres, admin):
    """An empty database whose login owns it and nothing else: it can neither make nor use the roles."""
    async for database in _owned_by_a_new_login(postgres, admin, "nocreaterole"):
        yield database


@pytest.fixture
async def maker(postgres, admin):
    """The same, but the login may make roles; those it would make are there already, and not its own."""
    async for database in _owned_by_a_new_login(postgres, admin, "createrole"):
        yield database


async def _owned_by_a_new_login(postgres, admin, may):
    login = f"plain_{secrets.token_hex(4)}"
    await _let_test_logins_in(admin)
    await admin.execute(f"create role {login} login {may} in role test_logins")
    await admin.execute(f"create database {login} owner {login} template template0")
    dsn = replace(postgres, user=login, database=login)
    await _wait_until_let_in(dsn)
    yield Database(dsn.asyncpg_kwargs())
    await drop_database(dsn)
    await _forget(admin, login)


async def _forget(admin, login):
    """What a login granted is revoked with it; what another worker does meanwhile may make us try again."""
    await admin.execute(f"drop owned by {login} cascade")
    await admin.execute(f"drop role {login}")


async def _let_test_logins_in(admin):
    """Our clusters let in two logins only; a throw-away one may let in more."""
    await admin.execute(
        """do $$ begin create role test_logins nologin;
           exception when duplicate_object or unique_violation then null; end $$"""
    )
    _append_once(Path(await admin.fetchval("show hba_file")), LET_IN)
    await admin.execute("select pg_reload_conf()")


def _append_once(path, text):
    if text not in path.read_text():
        with path.open("a") as file:
            file.write(text)


async def _wait_until_let_in(dsn, within_s=10):
    deadline = time.monotonic() + within_s
    while True:
        try:
            connection = await asyncpg.connect(**dsn.asyncpg_kwargs())
        except asyncpg.InvalidAuthorizationSpecificationError:
            assert time.monotonic() < deadline, "the new rule was not read"
            await asyncio.sleep(0.02)  # between two looks
        else:
            return await connection.close()
