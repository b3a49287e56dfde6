"""`leadhall search status|rebuild`."""

from __future__ import annotations

from typing import Annotated

import cyclopts
from cyclopts import Parameter
from rich.console import Console
from rich.progress import Progress

from leadhall.cli.output import Json, say, show_facts
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.core.db import Connection
from leadhall.search.index import index_some, mark_all, standing

app = cyclopts.App(name="search", help="The search index: how it stands, and anew.")
PORTION = 1_000


@app.command
async def status(*, as_json: Json = False) -> None:
    """What waits to be read, and for how long. It follows what happens by itself."""
    async with session() as at:
        show_facts(await standing(at.connection), as_json=as_json)


@app.command
async def rebuild(
    *,
    business: Annotated[str | None, Parameter(help="Only of this business (any of its names).")] = None,
    directory: DirectoryOption = None,
) -> None:
    """Read every client and conversation anew, beside a running server. Stopped half way, the worker goes on."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory) if business else None
        await mark_all(at.connection, found.id if found else None)
        stands = await standing(at.connection)
        done = await _read_all(at.connection, int(stands["due"] + stands["again"]))
        say(f"{done:,} clients and conversations read")


async def _read_all(connection: Connection, waiting: int) -> int:
    """Read what is due, a portion a transaction; the bar is shown on a terminal only."""
    done = 0
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=waiting)
        while True:
            async with connection.transaction():
                portion = await index_some(connection, most=PORTION)
            if not portion:
                return done
            done += portion
            bar.update(task, completed=done)
