"""`leadhall worker`: sends what is due and takes mail, without a server.

Beside several `serve`, with LEADHALL_DISPATCH=off there.
"""

from __future__ import annotations

import asyncio
import os

import structlog
import uvloop

from leadhall.cli.serve.processes import make_data_folder
from leadhall.cli.serve.signals import stoppable, told
from leadhall.cli.session import chosen_place, reached
from leadhall.core.circles import look_seldom
from leadhall.core.db import Database
from leadhall.core.logs import configure_logs
from leadhall.core.secrets import instance_key
from leadhall.dispatch.running import dispatching
from leadhall.inbound.mail.running import taking_mail
from leadhall.schema.migrate import has_roles
from leadhall.settings import Settings, read_settings

log = structlog.get_logger(__name__)


def worker() -> None:
    """Send mail, texts and webhooks that are due, and take mail that comes back, until SIGTERM or Ctrl-C.

    Any number may work on one database. The instance key must be the servers': LEADHALL_SECRET_KEY, or the same data
    folder.
    """
    settings = read_settings()
    configure_logs(settings.log_level, as_json=settings.log_json)
    place = chosen_place(settings)
    with stoppable(), reached(settings, place) as found:
        make_data_folder(place.data)
        key = instance_key(settings.secret_key, place.data)

        async def work() -> None:
            database = await _database(settings, found.database)
            stop = asyncio.Event()
            with told(stop):
                async with dispatching(database, key, settings), taking_mail(database, key, settings):
                    log.info("working", pid=os.getpid())
                    look_seldom()
                    await stop.wait()

        uvloop.run(work())


async def _database(settings: Settings, found: Database) -> Database:
    """The worker's own login where the settings name one."""
    roles = await has_roles(found)
    return (
        Database.from_url(settings.worker_url, roles=roles) if settings.worker_url else Database(found.arguments, roles)
    )
