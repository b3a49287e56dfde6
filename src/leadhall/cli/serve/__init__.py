"""`leadhall serve`: the database, then the server, until SIGTERM or Ctrl-C; then the server, then the database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated

from cyclopts import Parameter

from leadhall.cli.output import say
from leadhall.cli.serve.database import hosted_database, settings_for
from leadhall.cli.serve.processes import run_server
from leadhall.cli.serve.signals import stoppable
from leadhall.cli.session import chosen_place
from leadhall.cli.sign_in import first_link
from leadhall.core.db import Database
from leadhall.core.logs import configure_logs
from leadhall.settings import Settings, read_settings


def serve(
    *,
    host: Annotated[str | None, Parameter(help="Address to listen on; default LEADHALL_HOST.")] = None,
    port: Annotated[int | None, Parameter(help="Port; default PORT.")] = None,
    workers: Annotated[int | None, Parameter(help="Server processes; default LEADHALL_WORKERS.")] = None,
    no_migrate: Annotated[
        bool, Parameter(help="Leave the database at its version, and answer 503 until it is at ours.")
    ] = False,
) -> None:
    """Run the server on DATABASE_URL, else on the embedded PostgreSQL, which starts and stops with it."""
    settings = overridden(read_settings(), host=host, port=port, workers=workers)
    configure_logs(settings.log_level, as_json=settings.log_json)
    place = chosen_place(settings)
    with stoppable() as stop, hosted_database(settings, place, migrate_it=not no_migrate) as hosted:
        known = settings_for(hosted, settings)
        if hosted.owner is not None:
            _tell_how_to_begin(hosted.owner, known)
        stop.look()
        run_server(known, hosted.database, place.data, awaited=not hosted.is_there, migrate_it=not no_migrate)


def _tell_how_to_begin(owner: Database, settings: Settings) -> None:
    """Nobody has set this installation up: the link that does, anew at each start until somebody used it."""
    link = asyncio.run(first_link(owner, settings))
    if link:
        say(f"Nobody has set this up yet. Open this link to begin; it works once, within a day:\n  {link}")


def overridden(settings: Settings, *, host: str | None, port: int | None, workers: int | None) -> Settings:
    """Options go before the environment."""
    return replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        workers=settings.workers if workers is None else workers,
    )
