"""`leadhall form-key create|list|revoke`."""

from __future__ import annotations

from typing import Annotated

import cyclopts
from cyclopts import Parameter

from leadhall.cli.output import Json, row_of, say, show_facts, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.tenancy.form_keys import create_form_key, list_form_keys, revoke_form_key

app = cyclopts.App(name="form-key", help="Public keys for forms of a business.")
LISTED = ("uid", "key", "label", "origins", "created_at", "revoked_at")


@app.command
async def create(
    business: str,
    /,
    *,
    origin: Annotated[
        list[str] | None, Parameter(help="A page's origin, https://example.com; may be repeated.")
    ] = None,
    label: str = "",
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Make a key that a web page may show: it writes leads for this business and reads nothing."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        key = await create_form_key(at.connection, found.id, label=label, origins=origin or ())
    show_facts(row_of(key), as_json=as_json)


@app.command(name="list")
async def list_(business: str, /, *, directory: DirectoryOption = None, as_json: Json = False) -> None:
    """All keys of a business, revoked ones too."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        keys = await list_form_keys(at.connection, found.id)
    show_rows([row_of(each) for each in keys], as_json=as_json, columns=LISTED, nothing="no form keys yet")


@app.command
async def revoke(uid: str, /) -> None:
    """From now on the key writes no more."""
    async with session() as at:
        await revoke_form_key(at.connection, uid)
    say(f"revoked {uid}")
