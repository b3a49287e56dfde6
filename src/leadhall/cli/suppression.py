"""`leadhall suppression list|remove`: addresses that senders write to no more."""

from __future__ import annotations

from typing import Annotated

import cyclopts
from cyclopts import Parameter

from leadhall.cli.output import Json, harmless, row_of, say, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.dispatch.suppression import lift, list_suppressions

app = cyclopts.App(name="suppression", help="Addresses that are written to no more, and why.")
LISTED = ("uid", "at", "channel", "address", "sender", "reason", "answer", "staff_uid")


@app.command(name="list")
async def list_(
    *,
    business: Annotated[str | None, Parameter(help="Only of this business (any of its names).")] = None,
    directory: DirectoryOption = None,
    limit: Annotated[int, Parameter(help="At most how many.")] = 100,
    as_json: Json = False,
) -> None:
    """Suppressed addresses, newest first."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory) if business else None
        rows = await list_suppressions(at.connection, found.id if found else None, most=limit)
    show_rows([row_of(each) for each in rows], as_json=as_json, columns=LISTED, nothing="no address is suppressed")


@app.command
async def remove(uid: str, /) -> None:
    """Write to the address again. Who removed it is kept."""
    async with session() as at, at.connection.transaction():
        lifted = await lift(at.connection, None, uid)
    say(f"{harmless(lifted.address)} is written to again")
