"""The demo's server: as `leadhall serve`, with its data made before and its examples sent once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from secrets import token_hex

from leadhall.cli.address import local_url
from leadhall.cli.demo.book import Book, write_book
from leadhall.cli.demo.making import quiet_log, settle, the_book
from leadhall.cli.demo.showing import send_examples, show_answers, show_demo
from leadhall.cli.demo.telephones import NUMBERS, SID, Telephones, telephones_beside
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
from leadhall.web.public.texts import INBOUND_PATH


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
        served = replace(settings, data=place.data, public_url=settings.public_url or local_url(settings.port))
        with _texting(served) as (texting, telephones):
            tell = partial(_tell, book, place.data, entry, telephones)
            teller = threading.Thread(target=tell, name="demo", daemon=True)
            run_server(texting, hosted.database, place.data, listening=teller.start)


@contextmanager
def _texting(settings: Settings) -> Iterator[tuple[Settings, str | None]]:
    """With telephones to text to, and where they are; unless somebody brought an account of their own."""
    if settings.twilio_account_sid is not None:
        yield settings, None
        return
    secret, inbound = token_hex(16), f"{settings.public_url}{INBOUND_PATH}"
    with telephones_beside(Telephones(secret, inbound=inbound, reports=True)) as telephones:
        texting = replace(
            settings, twilio_url=telephones.url, twilio_account_sid=SID, twilio_auth_token=secret,
            twilio_from=NUMBERS[0],
        )  # fmt: skip
        yield texting, telephones.url


async def _entry(database: Database) -> str:
    """A link by which one comes in as the owner of the first business, made anew at each start."""
    connection = await database.connect("owner")
    try:
        owner = await find_user(connection, OLIVIA.email)
        return await sign_in_link(connection, owner.id, owner.email)
    finally:
        await connection.close()


def _tell(book: Book, folder: Path, entry: str, telephones: str | None) -> None:
    """Send the examples on the first run, then show what is there. In a thread beside the server."""
    url = local_url(book.port or 0)
    try:
        if not book.sent:
            show_answers(asyncio.run(send_examples(url, book)))
            book.sent = True
            write_book(folder, book)
    except CliFault as fault:
        say(f"leadhall: the examples could not be sent: {fault}")
    show_demo(url, book, folder, url + entry, telephones=telephones)
