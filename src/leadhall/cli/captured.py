"""`leadhall captured list|show`."""

from __future__ import annotations

from typing import Annotated, Any

import cyclopts
from cyclopts import Parameter

from leadhall.cli.output import Json, harmless, row_of, show_facts, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.notify.captured import PAGE_MOST, Captured, get_captured, list_captured

app = cyclopts.App(name="captured", help="Mail and texts that were kept instead of sent.")
LISTED = ("uid", "at", "channel", "kind", "recipient", "subject", "because")
LEFT_OUT = {"html", "message", "business_id", "text"}


@app.command(name="list")
async def list_(
    business: Annotated[str | None, Parameter(help="Of this business only.")] = None,
    /,
    *,
    most: Annotated[int, Parameter(help="At most so many, the newest.")] = 50,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """What would have left: nothing to send by is configured, or the lead was a test. Kept for 30 days."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory) if business else None
        kept = await list_captured(at.connection, business_id=found.id if found else None, most=min(most, PAGE_MOST))
    show_rows([_row(each) for each in kept], as_json=as_json, columns=LISTED, nothing="nothing was captured")


@app.command
async def show(
    uid: str,
    /,
    *,
    html: Annotated[bool, Parameter(help="Print the HTML part alone.")] = False,
    raw: Annotated[bool, Parameter(help="Print the mail as it would have left.")] = False,
    as_json: Json = False,
) -> None:
    """One mail or text, whole."""
    async with session() as at:
        kept = await get_captured(at.connection, uid)
    if html or raw:
        print(kept.html or "" if html else (kept.message or b"").decode(errors="replace"))
        return
    show_facts(_row(kept) | ({"text": kept.text} if as_json else {}), as_json=as_json)
    if not as_json:
        print("\n" + harmless(kept.text, keep="\n\t"))


def _row(kept: Captured) -> dict[str, Any]:
    return {name: value for name, value in row_of(kept).items() if name not in LEFT_OUT}
