"""`leadhall app create|install|uninstall|list|show`."""

from __future__ import annotations

from typing import Annotated

import cyclopts
from cyclopts import Parameter

from leadhall.cli.output import Json, row_of, say, show_facts, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business, pick_directory
from leadhall.cli.session import session
from leadhall.tenancy.apps import NewApp, create_app, get_app, install_app, list_apps, uninstall_app
from leadhall.tenancy.audit import record_act

app = cyclopts.App(name="app", help="Apps, and where they are installed.")
LISTED = ("uid", "name", "code_name", "client_id", "trusted", "created_at")


@app.command
async def create(
    name: str,
    /,
    *,
    code_name: Annotated[str | None, Parameter(help="Unique; letters and digits.")] = None,
    redirect_uri: str | None = None,
    trusted: bool = False,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Make an app. Its client secret is shown this once."""
    new = NewApp(name=name, code_name=code_name, redirect_uri=redirect_uri, trusted=trusted)
    async with session() as at, at.connection.transaction():
        home = await pick_directory(at.connection, directory)
        made, secret = await create_app(at.connection, home.id, new)
        await record_act(at.connection, "app/created", made.uid)
    show_facts(row_of(made) | {"client_secret": secret}, as_json=as_json)


@app.command
async def install(uid: str, business: str, /) -> None:
    """Let an app act for a business of its directory."""
    async with session() as at, at.connection.transaction():
        made, found = await get_app(at.connection, uid), await pick_business(at.connection, business)
        await install_app(at.connection, made.id, found.id)
        await record_act(at.connection, "app/installed", made.uid, business_id=found.id)
    say(f"{made.name} may act for {found.name}")


@app.command
async def uninstall(uid: str, business: str, /) -> None:
    """Within a second the app reaches the business no more."""
    async with session() as at, at.connection.transaction():
        made, found = await get_app(at.connection, uid), await pick_business(at.connection, business)
        await uninstall_app(at.connection, made.id, found.id)
        await record_act(at.connection, "app/uninstalled", made.uid, business_id=found.id)
    say(f"{made.name} may no longer act for {found.name}")


@app.command(name="list")
async def list_(*, directory: DirectoryOption = None, as_json: Json = False) -> None:
    """All apps, or those of one directory."""
    async with session() as at:
        home_id = (await pick_directory(at.connection, directory)).id if directory else None
        apps = await list_apps(at.connection, home_id)
    show_rows([row_of(each) for each in apps], as_json=as_json, columns=LISTED, nothing="no apps yet")


@app.command
async def show(uid: str, /, *, as_json: Json = False) -> None:
    """One app."""
    async with session() as at:
        made = await get_app(at.connection, uid)
    show_facts(row_of(made), as_json=as_json)
