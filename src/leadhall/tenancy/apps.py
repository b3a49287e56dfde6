"""Apps: other programs that act for businesses which installed them."""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

import msgspec

from leadhall.core.db import Connection
from leadhall.core.errors import AlreadyExists, NotFound
from leadhall.core.ids import mint
from leadhall.core.secrets import RANDOM_BYTES, hash_of
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event
from leadhall.tenancy.reading import any_value, read_all, read_long_text

SQL = statements(__package__, "apps.sql") | statements(__package__, "people_calls.sql")

NAME_LEAST_CHARS, NAME_MOST_CHARS = 3, 25
_CREDENTIAL = re.compile(r"[A-Za-z0-9_-]{32,255}")
_CODE_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApp:
    """What is told of an app; `client_id` and `client_secret` (64 hex) bring existing ones along."""

    name: str
    code_name: str | None = None
    redirect_uri: str | None = None
    scopes: tuple[str, ...] = ()
    app_type: tuple[str, ...] = ()
    trusted: bool = False
    client_id: str | None = None
    client_secret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    id: int
    uid: str
    directory_id: int
    name: str
    code_name: str | None
    client_id: str
    redirect_uri: str | None
    scopes: list[str]
    app_type: list[str]
    trusted: bool
    created_at: datetime


def _read_name(text: str) -> str:
    name = text.strip()
    if not NAME_LEAST_CHARS <= len(name) <= NAME_MOST_CHARS:
        raise ValueError(f"must be {NAME_LEAST_CHARS} to {NAME_MOST_CHARS} characters")
    return name


def _read_credential(text: str) -> str:
    if not _CREDENTIAL.fullmatch(text):
        raise ValueError("must be 32 to 255 letters and digits")
    return text


def _read_code_name(text: str) -> str:
    if not _CODE_NAME.fullmatch(text):
        raise ValueError("must be letters and digits")
    return text


READERS = {
    "name": _read_name,
    "code_name": _read_code_name,
    "redirect_uri": read_long_text,
    "scopes": any_value,
    "app_type": any_value,
    "trusted": any_value,
    "client_id": _read_credential,
    "client_secret": _read_credential,
}


async def create_app(connection: Connection, directory_id: int, new: NewApp) -> tuple[App, str]:
    """Make an app; answers it and its client secret, which is shown this once and kept as a hash.

    Invalid names every fault; AlreadyExists when code name or client id are taken; NotFound for no such directory.
    """
    values = read_all(asdict(new), READERS, needed=("name",))
    client_id = values.get("client_id") or secrets.token_hex(RANDOM_BYTES)
    secret = values.get("client_secret") or secrets.token_hex(RANDOM_BYTES)
    row = await connection.fetchrow(
        SQL["create"],
        directory_id,
        mint(),
        client_id,
        hash_of(secret),
        *[values.get(column) for column in ("name", "code_name", "redirect_uri", "scopes", "app_type", "trusted")],
    )
    if row is None:
        await _refuse(connection, directory_id, client_id)
    return App(**row), secret


async def _refuse(connection: Connection, directory_id: int, client_id: str) -> None:
    if not await connection.fetchval(SQL["directory_exists"], directory_id):
        raise NotFound("Directory not found")
    field = "client_id" if await connection.fetchval(SQL["client_id_is_taken"], client_id) else "code_name"
    raise AlreadyExists(f"{field} is already taken", field=field)


async def get_app(connection: Connection, uid: str, *, directory_id: int | None = None) -> App:
    """The app of this uid. NotFound when there is none, or none in the directory given."""
    row = await connection.fetchrow(SQL["get"], uid, directory_id)
    if row is None:
        raise NotFound("App not found")
    return App(**row)


async def find_app_by_secret(connection: Connection, client_id: str, client_secret: str) -> App | None:
    """The app that these two belong to, else nothing: an unknown id and a wrong secret look and last alike."""
    row = await connection.fetchval(SQL["find_app"], client_id, hash_of(client_secret))
    return None if row is None else msgspec.convert(row, App)


async def find_app(connection: Connection, client_id: str) -> App | None:
    """The app that says to be this; only its secret would prove it."""
    row = await connection.fetchval(SQL["find_app"], client_id, None)
    return None if row is None else msgspec.convert(row, App)


async def list_apps(connection: Connection, directory_id: int | None = None) -> list[App]:
    return [App(**row) for row in await connection.fetch(SQL["list"], directory_id)]


async def install_app(connection: Connection, app_id: int, business_id: int) -> None:
    """Let an app act for a business of its own directory; harmless when it does. NotFound for any other pair."""
    async with connection.transaction():
        is_new = await connection.fetchval(SQL["install"], app_id, business_id)
        if is_new is None:
            raise NotFound("App or business not found")
        if is_new:
            await _tell(connection, "app/installed", app_id, business_id)


async def uninstall_app(connection: Connection, app_id: int, business_id: int) -> None:
    """From now on (within a second) the app reaches the business no more. Harmless when it did not."""
    async with connection.transaction():
        if await connection.fetchval(SQL["uninstall"], app_id, business_id):
            await _tell(connection, "app/uninstalled", app_id, business_id)


async def _tell(connection: Connection, event: str, app_id: int, business_id: int) -> None:
    told = dict(await connection.fetchrow(SQL["told"], app_id, business_id))
    await append_event(connection, business_id, "app", {"events": [event], "data": told})


async def is_installed(connection: Connection, business_id: int, code_name: str) -> bool:
    """Whether a business has let in an app by this code name."""
    return bool(await connection.fetchval(SQL["is_installed"], business_id, code_name))
