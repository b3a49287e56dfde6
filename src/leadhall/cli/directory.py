"""`leadhall directory create|list|show`."""

from __future__ import annotations

from typing import Annotated

import cyclopts
from cyclopts import Parameter

from leadhall.cli.output import Json, row_of, say, show_facts, show_json, show_rows
from leadhall.cli.session import session
from leadhall.core.db import Connection
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.directories import Directory, create_directory, get_directory, list_directories
from leadhall.tenancy.tokens import FOR_WEBSITE, Grant, create_token

app = cyclopts.App(name="directory", help="Directories (agencies) and their tokens.")


@app.command
async def create(
    name: str,
    /,
    *,
    uid: Annotated[str | None, Parameter(help="Bring an existing uid along; else one is made.")] = None,
    as_json: Json = False,
) -> None:
    """Make a directory and two tokens for it, shown this once: the one for websites first."""
    async with session() as at, at.connection.transaction():
        directory = await create_directory(at.connection, name, uid=uid)
        await record_act(at.connection, "directory/created", directory.uid)
        website_token, token = await two_tokens(at.connection, directory)
    if as_json:
        show_json(row_of(directory) | {"website_token": website_token, "token": token})
        return
    show_facts(row_of(directory), as_json=False)
    tell_tokens(website_token, token)


async def two_tokens(connection: Connection, directory: Directory) -> tuple[str, str]:
    """The secrets of a token that may only write leads, and of one that may do everything."""
    narrow = Grant(kind="directory", directory_id=directory.id, label="for websites", scopes=FOR_WEBSITE)
    full = Grant(kind="directory", directory_id=directory.id, label="full")
    secrets = [(await create_token(connection, grant)).secret for grant in (narrow, full)]
    return secrets[0] or "", secrets[1] or ""


def tell_tokens(website_token: str, token: str) -> None:
    """In this order: whoever copies the first one into a web page has copied the harmless one."""
    print(f"\nthe one for websites (may only send leads):\n  {website_token}")
    print(f"the full one (keep it to yourself):\n  {token}")
    say("\nThese are shown this once. A lost one is replaced by: leadhall token rotate UID")


@app.command(name="list")
async def list_(*, as_json: Json = False) -> None:
    """All directories."""
    async with session() as at:
        directories = await list_directories(at.connection)
    rows = [row_of(each) for each in directories]
    show_rows(rows, as_json=as_json, columns=("uid", "id", "name", "created_at"), nothing="no directory yet")


@app.command
async def show(uid: str, /, *, as_json: Json = False) -> None:
    """One directory."""
    async with session() as at:
        directory = await get_directory(at.connection, uid)
    show_facts(row_of(directory), as_json=as_json)
