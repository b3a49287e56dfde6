"""`leadhall init`: a directory, its administrator, the public address. For real use; no example data."""

from __future__ import annotations

from typing import Annotated

import asyncpg
from cyclopts import Parameter
from rich.console import Console
from rich.prompt import Prompt

from leadhall.cli.directory import tell_tokens, two_tokens
from leadhall.cli.faults import CliFault, Usage
from leadhall.cli.migrate import bring_up_to_date
from leadhall.cli.output import Json, on_terminal, row_of, say, show_json
from leadhall.cli.session import chosen_place, reached
from leadhall.core.db import Database
from leadhall.notify.entering import sign_in_link
from leadhall.schema.migrate import has_roles
from leadhall.settings import read_settings
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.confirmed import confirm_email
from leadhall.tenancy.directories import Directory, add_admin, create_directory, list_directories
from leadhall.tenancy.settings_store import set_public_url
from leadhall.tenancy.users import find_or_make_user


async def init(
    *,
    directory: Annotated[str | None, Parameter(help="Name of your directory: the agency or company.")] = None,
    admin_email: Annotated[str | None, Parameter(help="Who administers it.")] = None,
    public_url: Annotated[str | None, Parameter(help="The address people and forms use, https://…")] = None,
    as_json: Json = False,
) -> None:
    """Set up an installation. What is not given is asked for on a terminal."""
    name = directory or _ask("--directory", "Name of your directory (agency or company)")
    email = admin_email or _ask("--admin-email", "Email address of its administrator")
    url = _read_url(public_url or _ask("--public-url", "Public address of this server (https://…)"))
    settings = read_settings()
    with reached(settings, chosen_place(settings), make=True) as found:
        await bring_up_to_date(found.database)
        database = Database(found.database.arguments, await has_roles(found.database))
        connection = await database.connect("owner")
        try:
            made, website_token, token, entry = await _set_up(connection, name, email, url)
        finally:
            await connection.close()
    if as_json:
        shown = {"directory": row_of(made), "website_token": website_token, "token": token, "public_url": url}
        show_json(shown | {"sign_in": url + entry})
        return
    print(f"directory {made.name}: {made.uid}")
    tell_tokens(website_token, token)
    print(f"to come in as {email}, within the hour and once:\n  {url}{entry}")
    say(
        "\nNext:\n  leadhall business create NAME --owner-email ADDRESS\n  leadhall serve   (then open the link)"
        "\n  leadhall doctor\n  leadhall backup FILE   (nightly)"
    )


async def _set_up(connection: asyncpg.Connection, name: str, email: str, url: str) -> tuple[Directory, str, str, str]:
    async with connection.transaction():
        if await list_directories(connection):
            raise CliFault("this installation is set up already", remedy="leadhall directory create NAME")
        directory = await create_directory(connection, name)
        admin = await find_or_make_user(connection, email)
        await add_admin(connection, directory.id, admin.id)
        await confirm_email(connection, admin.id, admin.email)  # whoever sets this up may say who administers it
        await set_public_url(connection, url)
        await record_act(connection, "installation/set_up", directory.uid, facts={"admin": admin.uid})
        entry = await sign_in_link(connection, admin.id, admin.email)
        return directory, *await two_tokens(connection, directory), entry


def _ask(option: str, question: str) -> str:
    if not on_terminal():
        raise Usage(f"{option} is missing (nobody is here to be asked)")
    answer = Prompt.ask(question, console=Console(stderr=True))
    if not answer or not answer.strip():
        raise Usage(f"{option} is needed")
    return answer.strip()


def _read_url(text: str) -> str:
    """The address as the settings read it."""
    url = read_settings({"LEADHALL_PUBLIC_URL": text}).public_url
    if url is None:
        raise Usage("--public-url is blank")
    return url
