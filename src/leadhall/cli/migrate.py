"""`leadhall migrate`: bring the database to this version, without serving."""

from __future__ import annotations

from leadhall.app import FUNCTIONS
from leadhall.cli.output import say
from leadhall.cli.session import chosen_place, reached
from leadhall.core.db import Database
from leadhall.schema import migrate as schema
from leadhall.settings import read_settings


async def migrate() -> None:
    """Bring the database to this version. Harmless when it is there already."""
    settings = read_settings()
    with reached(settings, chosen_place(settings), make=True) as found:
        if not await bring_up_to_date(found.database):
            say("the database is up to date")


async def bring_up_to_date(database: Database) -> list[str]:
    """Apply what is missing, say what it was, and answer it."""
    applied = await schema.migrate(database, FUNCTIONS)
    for name in applied:
        say(f"applied {name}")
    return applied
