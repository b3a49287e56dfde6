"""`leadhall demo`: what `make run` runs. A server with example data, or with --json that data's tokens for programs."""

from __future__ import annotations

import os
from pathlib import Path

from leadhall.cli.address import local_url
from leadhall.cli.demo.book import Book, standing_book
from leadhall.cli.faults import CliFault
from leadhall.cli.output import Json, show_json
from leadhall.cluster.place import Place, demo_folder
from leadhall.settings import Settings, read_settings


def demo(*, as_json: Json = False) -> None:
    """Run a server with example data, made once and kept; Ctrl-C stops all of it.

    --json prints the demo's address and tokens instead, and starts no server.
    """
    settings = read_settings()
    require_own_database(settings)
    if as_json:
        book = standing_book(Place.of(demo_folder(settings.data, Path.cwd()))) or _make_book(settings)
        show_json(book.for_programs(local_url(known_port(settings, book))))
        return
    from leadhall.cli.demo.serving import serve_demo  # noqa: PLC0415 - programs that ask for --json need not wait for it

    serve_demo(settings)


def _make_book(settings: Settings) -> Book:
    from leadhall.cli.demo.making import make_quietly  # noqa: PLC0415 - as above: only the first time

    return make_quietly(settings)


def require_own_database(settings: Settings) -> None:
    """Example data and written-down tokens have no place in a database of somebody's own."""
    if any((settings.database_url, settings.owner_url, settings.intake_url, settings.worker_url)):
        raise CliFault(
            "the demo is never made on a database given by DATABASE_URL", remedy="unset DATABASE_URL, or: leadhall init"
        )


def known_port(settings: Settings, book: Book) -> int:
    """PORT where it is set; else where the demo was last served."""
    return settings.port if "PORT" in os.environ or book.port is None else book.port
