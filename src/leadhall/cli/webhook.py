"""`leadhall webhook list|create|delete|rotate|activate|test|redeliver|samples`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import cyclopts
from cyclopts import Parameter

from leadhall.cli.durations import read_span
from leadhall.cli.faults import Usage
from leadhall.cli.output import Json, row_of, say, show_facts, show_json, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business, pick_directory
from leadhall.cli.serve.processes import make_data_folder
from leadhall.cli.session import Session, session
from leadhall.cluster.place import data_folder
from leadhall.core.clock import now
from leadhall.core.db import Connection
from leadhall.core.errors import Invalid, NotFound
from leadhall.core.guard import BadUrl, Guard
from leadhall.core.secrets import InstanceKey, instance_key
from leadhall.dispatch.log import redeliver
from leadhall.events.catalogue import CATALOGUE, EVENTS, EventName, first_sent
from leadhall.events.spelling import UnknownEvent, read_events, read_sent
from leadhall.settings import Settings
from leadhall.tenancy.audit import OPERATOR, record_act
from leadhall.webhooks.endpoints import (
    OwnedEndpoint,
    Owner,
    all_endpoints,
    create_endpoint,
    remove_endpoint,
    rotate,
    switch_on,
)
from leadhall.webhooks.fanout import ask_for_test

app = cyclopts.App(name="webhook", help="Endpoints that events are told to.")
LISTED = ("id", "url", "owner", "business_uid", "state", "events", "failing_since", "off_because")


def key_at(settings: Settings) -> InstanceKey:
    """The instance key that the servers have: it encrypts the secrets."""
    folder, _ = data_folder(settings.data, Path.cwd())
    make_data_folder(folder)
    return instance_key(settings.secret_key, folder)


def read_names(names: list[str]) -> list[EventName]:
    """Events as callers spell them; Usage for what is none."""
    try:
        return list({event.name: event for name in names for event in read_events(name)}.values())
    except UnknownEvent as fault:
        raise Usage(str(fault), remedy="leadhall webhook samples   lists them") from None


def read_sent_name(event: str) -> str:
    """An event of which something can come, as callers spell it. Usage."""
    try:
        return read_sent(event).name
    except UnknownEvent as fault:
        raise Usage(str(fault), remedy="leadhall webhook samples   lists them") from None


async def pick_endpoint(connection: Connection, id_: int) -> OwnedEndpoint:
    """The endpoint of this id, whosever it is. NotFound."""
    found = await all_endpoints(connection, id_=id_)
    if not found:
        raise NotFound("There is no such webhook")
    return found[0]


@app.command(name="list")
async def list_(
    business: Annotated[str | None, Parameter(help="Of this business only.")] = None,
    /,
    *,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Every endpoint, whosever it is, and how it is doing."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory) if business else None
        endpoints = await all_endpoints(at.connection, business_id=found.id if found else None)
    show_rows([_row(each) for each in endpoints], as_json=as_json, columns=LISTED, nothing="no webhooks")


def _row(endpoint: OwnedEndpoint) -> dict[str, Any]:
    return row_of(endpoint) | {"state": endpoint.state}


@app.command
async def create(
    url: str,
    /,
    *,
    event: Annotated[list[str], Parameter(help="Such as lead/created; may be repeated.")],
    business: Annotated[str | None, Parameter(help="Of this business; else of all in the directory.")] = None,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Tell events to a URL. Its signing secret is shown this once."""
    events = read_names(event)
    async with session() as at, at.connection.transaction():
        _check(url, at.settings)
        owner = await _owner(at, business, directory)
        made, secret = await create_endpoint(at.connection, key_at(at.settings), owner, events, url, by=OPERATOR)
        await _audit(at.connection, "webhook/created", made.id, owner)
    show_facts(row_of(made) | {"state": made.state, "secret": secret}, as_json=as_json)


def _check(url: str, settings: Settings) -> None:
    try:
        Guard(settings.webhook_allow).check_url(url)
    except BadUrl as fault:
        raise Invalid(f"The URL {fault}", field="url") from None


async def _owner(at: Session, business: str | None, directory: str | None) -> Owner:
    if business is not None:
        found = await pick_business(at.connection, business, directory)
        return Owner("business", found.id, found.directory_id)
    return Owner("directory", 0, (await pick_directory(at.connection, directory)).id)


async def _audit(connection: Connection, act: str, id_: int, owner: Owner) -> None:
    await record_act(connection, act, str(id_), business_id=owner.business_id)


@app.command
async def delete(id_: int, /) -> None:
    """Delete an endpoint with its subscriptions and secrets; what waits for it is skipped."""
    async with session() as at, at.connection.transaction():
        owner = (await pick_endpoint(at.connection, id_)).belongs_to
        await remove_endpoint(at.connection, owner, id_)
        await _audit(at.connection, "webhook/deleted", id_, owner)
    say(f"deleted {id_}")


@app.command(name="rotate")
async def rotate_(
    id_: int,
    /,
    *,
    grace: Annotated[str, Parameter(help="How long the old secret signs too.")] = "1d",
    as_json: Json = False,
) -> None:
    """Make a new signing secret, shown this once."""
    span = read_span(grace)
    async with session() as at, at.connection.transaction():
        owner = (await pick_endpoint(at.connection, id_)).belongs_to
        secret = await rotate(at.connection, key_at(at.settings), owner, id_, grace=span)
        await _audit(at.connection, "webhook/rotated", id_, owner)
    show_facts({"id": id_, "secret": secret}, as_json=as_json)


@app.command
async def activate(id_: int, /) -> None:
    """Switch an endpoint on again that answered 410 or failed for five days."""
    async with session() as at, at.connection.transaction():
        owner = (await pick_endpoint(at.connection, id_)).belongs_to
        await switch_on(at.connection, owner, id_)
        await _audit(at.connection, "webhook/activated", id_, owner)
    say(f"{id_} is on; what it missed: leadhall webhook redeliver {id_}")


@app.command(name="test")
async def try_(
    id_: int, /, *, event: Annotated[str | None, Parameter(help="Else the first it subscribed to.")] = None
) -> None:
    """Send an event's sample the way every event goes; `leadhall send-test webhook` sends it at once."""
    async with session() as at, at.connection.transaction():
        endpoint = await pick_endpoint(at.connection, id_)
        name = read_sent_name(event) if event else first_sent(endpoint.events)
        message_id = await ask_for_test(at.connection, endpoint.business_id, id_, name)
    say(f"on its way as {message_id}: leadhall deliveries list --channel webhook")


@app.command(name="redeliver")
async def redeliver_(
    id_: int, /, *, within: Annotated[str, Parameter(help="How far back, such as 12h or 7d.")] = "5d"
) -> None:
    """Try now what an endpoint missed: failed, given up, skipped while it was off, or waiting for another try."""
    span: timedelta = read_span(within)
    async with session() as at, at.connection.transaction():
        owner = (await pick_endpoint(at.connection, id_)).belongs_to
        count = await redeliver(
            at.connection, id_, directory_id=owner.directory_id, business_id=owner.business_id, since=now() - span
        )
        await _audit(at.connection, "webhook/redelivered", id_, owner)
    say(f"{count} deliveries are due")


@app.command
def samples(event: str | None = None, /, *, as_json: Json = False) -> None:
    """Every event and when it happens; of one event, the body as it is sent."""
    if event is not None:
        show_json(EVENTS[read_sent_name(event)].sample_payload)
        return
    rows = [{"event": each.name, "happens": each.happens, "sample": each.sample_payload} for each in CATALOGUE]
    show_rows(rows, as_json=as_json, columns=("event", "happens"))
