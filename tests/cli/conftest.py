"""Commands run in this process against a database of their own; `run` tells code, output and errors."""

from __future__ import annotations

import asyncio
import io
import json
import os
from dataclasses import dataclass
from typing import Any

import pytest

from leadhall.cli import main
from leadhall.cli.migrate import FUNCTIONS
from leadhall.core.db import Database
from leadhall.schema.migrate import migrate
from tests.cluster_fixture import drop_database, make_database


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def database_url(postgres):
    """A migrated database without any directory; tests make their own."""
    database = asyncio.run(make_database(postgres, "cli"))
    asyncio.run(migrate(Database(database.asyncpg_kwargs()), FUNCTIONS))
    yield database.uri()
    asyncio.run(drop_database(database))


@pytest.fixture
def empty_database(postgres, bare, monkeypatch):
    """A database with nothing in it, for commands that make or replace what is there; answers its URL."""
    database = asyncio.run(make_database(postgres, "cli"))
    monkeypatch.setenv("DATABASE_URL", database.uri())
    yield database.uri()
    asyncio.run(drop_database(database))


@pytest.fixture
def no_settings(monkeypatch, tmp_path):
    """No setting is given and the working folder is empty."""
    for name in [name for name in os.environ if name.startswith("LEADHALL_") or name in {"DATABASE_URL", "PORT"}]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def bare(no_settings, capsys, monkeypatch):
    """Run a command without any database."""

    def run(*arguments: str, stdin: str = "") -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = main(arguments)
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def run(bare, database_url, monkeypatch):
    """Run a command on the test database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return bare
