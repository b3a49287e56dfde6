"""`leadhall restore FILE`: a checked dump put in place. Nothing is sent until somebody confirms that."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import asyncpg
from cyclopts import Parameter

from leadhall.cli.faults import CliFault, Usage
from leadhall.cli.migrate import bring_up_to_date
from leadhall.cli.output import say
from leadhall.cli.session import chosen_place, reached, session
from leadhall.cluster import restore as cluster
from leadhall.cluster.binaries import locate
from leadhall.core.clock import now
from leadhall.core.db import speak_json
from leadhall.settings import read_settings
from leadhall.tenancy.settings_store import sending_off, set_sending_off

CONFIRM = "leadhall restore --confirm-sending"


async def restore(
    file: Path | None = None,
    /,
    *,
    replace: Annotated[bool, Parameter(help="Keep what is there under another name.")] = False,
    confirm_sending: Annotated[
        bool, Parameter(help="After a restore: mail, texts and webhooks may leave again.")
    ] = False,
) -> None:
    """Restore FILE into the database of this installation (stop the server first).

    A copy of a live installation would send its waiting notices a second time: sending stays off
    until `leadhall restore --confirm-sending`.
    """
    if file is None and not confirm_sending:
        raise Usage("which backup? leadhall restore FILE", remedy=f"{CONFIRM}   (to send again after a restore)")
    if file is not None:
        await _restore(file, replace=replace)
    if confirm_sending:
        await _confirm()


async def _restore(file: Path, *, replace: bool) -> None:
    settings = read_settings()
    with reached(settings, chosen_place(settings), make=True) as found:
        restored = await cluster.restore(
            found.program_uri, locate(settings.pg_bin), Path.cwd() / file, after=_switch_off, at=now(), replace=replace
        )
        await bring_up_to_date(found.database)
    rows = sum(restored.manifest.rows.values())
    say(f"restored {file}: {rows:,} rows of {restored.manifest.made_at:%Y-%m-%d %H:%M} UTC, all counted")
    if restored.kept:
        say(f"what was there before is in the schema {restored.kept}")
    say(f"sending is off. When this copy is the one that counts: {CONFIRM}")


async def _switch_off(connection: asyncpg.Connection) -> None:
    await speak_json(connection)
    await set_sending_off(connection, off=True)


async def _confirm() -> None:
    async with session() as at:
        if not await sending_off(at.connection):
            raise CliFault("sending is on already")
        await set_sending_off(at.connection, off=False)
    say("sending is on")
