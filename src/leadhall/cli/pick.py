"""Which directory, which business: by name, or the only one there is."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from leadhall.cli.faults import CliFault, Usage
from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.tenancy.businesses import Business, find_business, get_business
from leadhall.tenancy.directories import Directory, get_directory, list_directories

DirectoryOption = Annotated[
    str | None, Parameter(name="--directory", help="Uid of the directory; not needed when there is only one.")
]


async def pick_directory(connection: Connection, uid: str | None) -> Directory:
    """The directory of this uid; without one, the only directory. Usage when there are several."""
    if uid is not None:
        return await get_directory(connection, uid)
    directories = await list_directories(connection)
    if not directories:
        raise CliFault("there is no directory yet", remedy="leadhall init")
    if len(directories) > 1:
        known = "\n  ".join(f"--directory {each.uid}   ({each.name})" for each in directories)
        raise Usage("there are several directories: say which", remedy=known)
    return directories[0]


async def pick_business(connection: Connection, name: str, directory: str | None = None) -> Business:
    """A business by its uid wherever it is, else by nickname or external reference id within a directory."""
    if directory is None:
        try:
            return await get_business(connection, name)
        except NotFound:
            pass
    return await find_business(connection, (await pick_directory(connection, directory)).id, name)
