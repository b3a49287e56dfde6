"""`leadhall inbound list|show|give|dismiss`: mail and texts that came in and are held."""

from __future__ import annotations

from typing import Annotated, Any

import cyclopts
from cyclopts import Parameter

from leadhall.cli.faults import Usage
from leadhall.cli.output import Json, harmless, row_of, say, show_facts, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.inbound.nobodys import HeldSomewhere, dismiss_held, find_held, get_held
from leadhall.inbound.nobodys import give as give_held
from leadhall.inbound.received import NOBODYS
from leadhall.tenancy.audit import record_act

app = cyclopts.App(name="inbound", help="Mail and texts that came in and are held: look, give, dismiss.")
LISTED = ("uid", "at", "business", "channel", "sender", "recipient", "reason", "subject")
LEFT_OUT = {"business_id", "text"}


@app.command(name="list")
async def list_(
    *,
    business: Annotated[str | None, Parameter(help="Only of this business (any of its names).")] = None,
    nobodys: Annotated[bool, Parameter(help="Only what is no business's.")] = False,
    limit: Annotated[int, Parameter(help="At most how many.")] = 100,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """What is held, newest first. What a business has waits in its inbox, too: its people release or dismiss it."""
    if nobodys and business:
        raise Usage("--nobodys and --business exclude each other", remedy="leadhall inbound list --nobodys")
    async with session() as at:
        of = (await pick_business(at.connection, business, directory)).id if business else None
        rows = await find_held(at.connection, NOBODYS if nobodys else of, most=limit)
    show_rows([_row(each, text=as_json) for each in rows], as_json=as_json, columns=LISTED, nothing="nothing is held")


@app.command
async def show(uid: str, /, *, as_json: Json = False) -> None:
    """One mail or text, whole; files that came with it are named, and not kept."""
    async with session() as at:
        held = await get_held(at.connection, uid)
    show_facts(_row(held, text=as_json), as_json=as_json)
    if not as_json and held.text:
        print("\n" + harmless(held.text, keep="\n\t"))


@app.command
async def give(
    uid: str,
    business: str,
    /,
    *,
    conversation: Annotated[
        str | None, Parameter(help="The one it belongs to; else the newest with whom it came from.")
    ] = None,
    directory: DirectoryOption = None,
) -> None:
    """Give what is nobody's to a business, whose people find it under *needs attention* and decide."""
    async with session() as at, at.connection.transaction():
        found = await pick_business(at.connection, business, directory)
        into = await give_held(at.connection, uid, found.id, conversation_uid=conversation)
        await record_act(at.connection, "inbound/given", uid, business_id=found.id)
    say(f"{harmless(found.name)} has it, " + (f"for conversation {into}" if into else "in no conversation"))


@app.command
async def dismiss(uid: str, /) -> None:
    """It goes nowhere, and its text is forgotten."""
    async with session() as at, at.connection.transaction():
        held = await dismiss_held(at.connection, uid)
        await record_act(at.connection, "inbound/dismissed", uid, business_id=held.business_id)
    say("dismissed")


def _row(held: HeldSomewhere, *, text: bool) -> dict[str, Any]:
    return {name: value for name, value in row_of(held).items() if name not in LEFT_OUT or (text and name == "text")}
