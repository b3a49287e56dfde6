"""`leadhall form-key create|change|list|revoke`."""

from __future__ import annotations

from typing import Annotated, Any

import cyclopts
import msgspec
from cyclopts import Parameter

from leadhall.cli.output import Json, row_of, say, show_facts, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.tenancy.form_keys import (
    FormKey,
    FormSettings,
    change_form_key,
    create_form_key,
    list_form_keys,
    revoke_form_key,
)

app = cyclopts.App(name="form-key", help="Public keys for forms of a business.")
LISTED = ("uid", "key", "label", "origins", "created_at", "revoked_at")
Origins = Annotated[list[str] | None, Parameter(help="A page's origin, https://example.com; may be repeated.")]
AutoReply = Annotated[bool, Parameter(help="Thank the sender by email; anybody may type anybody's address.")]
ThanksUrl = Annotated[str, Parameter(help="The page that a browser goes on to, instead of ours.")]
Title = Annotated[str, Parameter(help="What leads of this form are called when it asks for no subject.")]


@app.command
async def create(
    business: str,
    /,
    *,
    origin: Origins = None,
    label: str = "",
    title: Title = "",
    thanks_url: ThanksUrl = "",
    auto_reply: AutoReply = False,
    sms: Annotated[bool, Parameter(help="Text the owner, too.")] = False,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Make a key that a web page may show: it writes leads for this business and reads nothing."""
    settings = FormSettings(sms=sms, auto_reply=auto_reply, title=title, thanks_url=thanks_url)
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        key = await create_form_key(at.connection, found.id, label=label, origins=origin or (), settings=settings)
    show_facts(_facts(key), as_json=as_json)


@app.command
async def change(
    uid: str,
    /,
    *,
    origin: Origins = None,
    title: Title = "",
    thanks_url: ThanksUrl = "",
    auto_reply: AutoReply = False,
    sms: Annotated[bool, Parameter(help="Text the owner, too.")] = False,
    as_json: Json = False,
) -> None:
    """Give a key these settings, in place of all it had; its origins stay unless some are given."""
    settings = FormSettings(sms=sms, auto_reply=auto_reply, title=title, thanks_url=thanks_url)
    async with session() as at:
        key = await change_form_key(at.connection, uid, origins=origin, settings=settings)
    show_facts(_facts(key), as_json=as_json)


def _facts(key: FormKey) -> dict[str, Any]:
    return row_of(key) | {"settings": msgspec.to_builtins(key.settings)}


@app.command(name="list")
async def list_(business: str, /, *, directory: DirectoryOption = None, as_json: Json = False) -> None:
    """All keys of a business, revoked ones too."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        keys = await list_form_keys(at.connection, found.id)
    show_rows([_facts(each) for each in keys], as_json=as_json, columns=LISTED, nothing="no form keys yet")


@app.command
async def revoke(uid: str, /) -> None:
    """From now on the key writes no more."""
    async with session() as at:
        await revoke_form_key(at.connection, uid)
    say(f"revoked {uid}")
