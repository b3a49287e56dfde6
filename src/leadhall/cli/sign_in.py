"""`leadhall sign-in`: a link by which somebody signs in, for an operator who hands it over."""

from __future__ import annotations

import asyncpg

from leadhall.cli.address import local_url
from leadhall.cli.output import Json, show_json
from leadhall.cli.session import session
from leadhall.core.db import Database
from leadhall.core.errors import NotFound
from leadhall.notify.entering import set_up_link, sign_in_link
from leadhall.settings import Settings
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.directories import list_directories
from leadhall.tenancy.settings_store import public_url
from leadhall.tenancy.users import find_person


async def sign_in(email: str, /, *, as_json: Json = False) -> None:
    """Print a link by which the user of this address signs in: once, within the hour."""
    async with session() as at, at.connection.transaction():
        person = await find_person(at.connection, email)
        if person is None:
            raise NotFound("Nobody signs in with this address")
        path = await sign_in_link(at.connection, person.user_id, person.email)
        await record_act(at.connection, "sign_in/link_made", person.email)
        link = await _url(at.connection, at.settings) + path
    if as_json:
        show_json({"link": link})
    else:
        print(link)


async def _url(connection: asyncpg.Connection, settings: Settings) -> str:
    return settings.public_url or await public_url(connection) or local_url(settings.port)


async def first_link(database: Database, settings: Settings) -> str | None:
    """The link that sets this installation up; None when somebody did."""
    connection = await database.connect("owner")
    try:
        if await list_directories(connection):
            return None
        return await _url(connection, settings) + await set_up_link(connection)
    finally:
        await connection.close()
