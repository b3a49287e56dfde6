"""Makes the demo once: its world, a first lead for each business, and the book that tells of both."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from leadhall.app import FUNCTIONS, Application
from leadhall.cli.demo.book import Book, BusinessWords, standing_book, write_book
from leadhall.cli.demo.inside import post_inside
from leadhall.cli.demo.telephones import NUMBERS
from leadhall.cli.demo.world import MadeBusiness, World, make_world
from leadhall.cluster.account import account_for
from leadhall.cluster.place import Place, demo_folder
from leadhall.cluster.reach import make_home, settle_demo
from leadhall.cluster.running import running
from leadhall.core.db import Connection, Database
from leadhall.core.logs import configure_logs
from leadhall.core.secrets import InstanceKey, instance_key
from leadhall.notify.profiles import INSTANCE, SmsProfile, set_profile
from leadhall.notify.profiles import Place as SenderPlace
from leadhall.schema.migrate import has_roles, migrate
from leadhall.settings import Settings
from leadhall.tenancy.client_tokens import issue_client_token

LEADGEN = "/platform/v1/leadgen"
DEMO_FOR_S = 10 * 365 * 24 * 3600
FIRST_LEADS: tuple[dict[str, Any], ...] = (
    {
        "identifier_type": "email",
        "email": "noa@example.com",
        "first_name": "Noa",
        "request_title": "New worktop",
        "message_data": {"message": "Do you also fit worktops that we bring ourselves?"},
        "source": "Demo",
    },
    {
        "identifier_type": "email",
        "email": "ben@example.com",
        "first_name": "Ben",
        "request_title": "A will for two",
        "message_data": {"message": "When could we come in?"},
        "source": "Demo",
    },
)


def make_quietly(settings: Settings) -> Book:
    """The book, without a server and without a log that nobody asked for."""
    quiet_log(settings)
    return asyncio.run(the_book(settings, settle(settings)))


def quiet_log(settings: Settings) -> str:
    """What a demo shows is not its log, unless a level was asked for; answers the level."""
    level = settings.log_level if "LEADHALL_LOG_LEVEL" in os.environ else "warning"
    configure_logs(level, as_json=settings.log_json)
    return level


def settle(settings: Settings) -> Place:
    """The demo's folder, made when missing, and the home of its cluster."""
    folder = demo_folder(settings.data, Path.cwd())
    account = account_for(settings.pg_user, list(Place.of(folder).majors().values()))
    place = settle_demo(folder, account)
    make_home(place, account)
    return place


async def the_book(settings: Settings, place: Place) -> Book:
    """The demo's book: at once when there is one, else its data is made first. Two who ask make it once."""
    book = standing_book(place)
    if book is not None:
        return book
    with _alone(place.data):
        return standing_book(place) or await _make(settings, place)


async def _make(settings: Settings, place: Place) -> Book:
    with running(place, pg_bin=settings.pg_bin, pg_user=settings.pg_user) as dsn:
        found = Database(dsn.asyncpg_kwargs())
        await migrate(found, FUNCTIONS)
        database = Database(found.arguments, await has_roles(found))
        key = instance_key(settings.secret_key, place.data)
        connection = await database.connect("owner")
        try:
            world = await make_world(connection)
            await _numbers(connection, key, world)
        finally:
            await connection.close()
        application = Application(settings, database, key)
        async with application.running():
            businesses = [
                await _with_client(application, made, lead)
                for made, lead in zip(world.businesses, FIRST_LEADS, strict=True)
            ]
        client_token = await _client_token(database, key, world.businesses[0].business.id, businesses[0])
    book = Book(world.directory, world.other_directory, businesses, world.app, client_token)
    write_book(place.data, book)
    return book


async def _numbers(connection: Connection, key: InstanceKey, world: World) -> None:
    """A number for each business, so that a text to it is theirs; carriers know the sender."""
    for made, number in zip(world.businesses, NUMBERS, strict=True):
        await set_profile(connection, key, SenderPlace(made.business.id), SmsProfile(number=number))
    await set_profile(connection, key, INSTANCE, SmsProfile(a2p="registered"))


async def _with_client(application: Application, made: MadeBusiness, lead: dict[str, Any]) -> BusinessWords:
    """The business, with a client that its first lead made, all the way through intake."""
    answer = await post_inside(application, LEADGEN, made.owner.token, lead)
    business = made.business
    return BusinessWords(
        uid=business.uid,
        nickname=business.nickname or "",
        external_reference_id=business.external_reference_id or "",
        owner=made.owner,
        form_key=made.form_key,
        client_uid=answer["uid"],
    )


async def _client_token(database: Database, key: InstanceKey, business_id: int, told: BusinessWords) -> str:
    """What the client of a business would be given, good for as long as anybody keeps a demo."""
    connection = await database.connect("owner")
    try:
        return await issue_client_token(
            connection, key.jwt_key, business_id=business_id, business_uid=told.uid, client_uid=told.client_uid,
            for_s=DEMO_FOR_S,
        )  # fmt: skip
    finally:
        await connection.close()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until nobody else makes the demo in this folder."""
    handle = os.open(folder / "demo.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
