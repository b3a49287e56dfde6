"""The demo's server: as `leadhall serve`, with its data made before and its examples sent once."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

from leadhall.cli.address import local_url
from leadhall.cli.demo.book import Book, write_book
from leadhall.cli.demo.making import quiet_log, settle, the_book
from leadhall.cli.demo.showing import send_examples, show_answers, show_demo
from leadhall.cli.demo.world import OLIVIA
from leadhall.cli.faults import CliFault
from leadhall.cli.output import say
from leadhall.cli.serve.database import hosted_database
from leadhall.cli.serve.processes import require_port, run_server
from leadhall.cli.serve.signals import stoppable
from leadhall.core.db import Database
from leadhall.notify.entering import sign_in_link
from leadhall.settings import Settings
from leadhall.tenancy.users import find_user


def serve_demo(settings: Settings) -> None:
    """Serve until a signal. The port is looked at first: nothing is made that could not be shown."""
    level = quiet_log(settings)
    require_port(settings.host, settings.port)
    with stoppable():
        _serve(replace(settings, log_level=level))


def _serve(settings: Settings) -> None:
    place = settle(settings)
    if not place.majors():
        say(f"making the demo in {place.data} …")
    with hosted_database(settings, place, migrate_it=True) as hosted:
        book = asyncio.run(the_book(settings, place))
        book.port = settings.port
        write_book(place.data, book)
        entry = asyncio.run(_entry(hosted.database))
        teller = threading.Thread(target=partial(_tell, book, place.data, entry), name="demo", daemon=True)
        served = replace(settings, data=place.data, public_url=settings.public_url or local_url(settings.port))
        run_server(served, hosted.database, place.data, listening=teller.start)


async def _entry(database: Database) -> str:
    """A link by which one comes in as the owner of the first business, made anew at each start."""
    connection = await database.connect("owner")
    try:
        owner = await find_user(connection, OLIVIA.email)
        return await sign_in_link(connection, owner.id, owner.email)
    finally:
        await connection.close()


def _tell(book: Book, folder: Path, entry: str) -> None:
    """Send the examples on the first run, then show what is there. In a thread beside the server."""
    url = local_url(book.port or 0)
    try:
        if not book.sent:
            show_answers(asyncio.run(send_examples(url, book)))
            book.sent = True
            write_book(folder, book)
    except CliFault as fault:
        say(f"leadhall: the examples could not be sent: {fault}")
    show_demo(url, book, folder, url + entry)
