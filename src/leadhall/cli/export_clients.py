"""`leadhall export`: the clients of a business as CSV, which `leadhall import` takes back."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

from cyclopts import Parameter

from leadhall.cli.output import open_private, say
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.clients.desk import open_desk
from leadhall.core.db import Connection
from leadhall.transfer.export import export_clients as lines_of

EVERYTHING = 2**31


async def export_clients(
    file: Annotated[Path | None, Parameter(help="Where to; else stdout.")] = None,
    /,
    *,
    business: Annotated[str, Parameter(help="Whose clients (any of its names).")],
    directory: DirectoryOption = None,
) -> None:
    """Write all clients of a business as CSV, newest first; cells that a spreadsheet would calculate begin with '."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        card = (await open_desk(at.connection, found.id, "operator")).card

        @asynccontextmanager
        async def connected() -> AsyncIterator[Connection]:
            yield at.connection

        with _out(file) as out:
            async for piece in lines_of(connected, found.id, card, most=EVERYTHING):
                out.write(piece)
    if file is not None:
        say(f"wrote {file}")


def _out(file: Path | None) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdout.buffer) if file is None else open_private(file)
