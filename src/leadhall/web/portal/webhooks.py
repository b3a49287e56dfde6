"""The reader's webhooks: endpoints with their events, secrets, tests and deliveries, and how to verify a call."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from leadhall.core.clock import now
from leadhall.core.db import Connection
from leadhall.core.errors import Invalid, NotFound, Refusal
from leadhall.core.guard import URL_MOST_CHARS, BadUrl, Guard
from leadhall.core.operation import ANYBODY, ErrorCase, Operation, Reply
from leadhall.dispatch.log import Filter, get_delivery, list_deliveries, redeliver, retry
from leadhall.events.catalogue import CATALOGUE, EVENTS, first_sent
from leadhall.tenancy.caller import BusinessRef, Caller
from leadhall.web.call import Answer, Call
from leadhall.web.form import Form
from leadhall.web.portal.acting import acting_of
from leadhall.web.portal.frame import portal_page
from leadhall.web.portal.guides import guide_called
from leadhall.web.portal.reach import Menu, Seen, choose, owning
from leadhall.web.portal.samples import Sample
from leadhall.web.portal.session import csrf_of, read_own_form, reader_of
from leadhall.webhooks.endpoints import (
    Owner,
    create_endpoint,
    get_endpoint,
    list_endpoints,
    owner_of,
    remove_endpoint,
    rotate,
    switch_on,
)
from leadhall.webhooks.fanout import ask_for_test

HERE = "/docs/webhooks"
WEBHOOKS = "webhooks"
DELIVERIES = 25
REDELIVER_H = 120
_FENCE = re.compile(r"```(python|js)\n(.*?)```", re.DOTALL)
_LANGUAGES = {"python": ("Python", "python"), "js": ("Node", "node")}


class WhoseQuery(msgspec.Struct):
    """Of which business; else of the first whose name holds `find`, of all that the reader reaches without one."""

    business: str | None = None
    find: str | None = None


@dataclass(frozen=True)
class Shown:
    """What just happened: a secret (shown this once), a word, or a fault."""

    secret: str | None = None
    done: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Bench:
    """Whose webhooks are worked on, over which connection."""

    call: Call
    reader: Caller
    owner: Owner
    connection: Connection
    form: Form

    @property
    def endpoint_id(self) -> int:
        text = self.call.path["id"]
        if not (text.isascii() and text.isdigit()) or len(text) > 18:  # noqa: PLR2004 - what a bigint always holds
            raise NotFound("There is no such webhook")
        return int(text)


async def show_webhooks(call: Call) -> Answer:
    return await _page(call, await reader_of(call), Shown())


async def _page(call: Call, reader: Caller | None, shown: Shown, *, status: int = 200) -> Answer:
    told: dict[str, Any] = {"title": "Webhooks", "here": HERE, "reader": reader, "shown": shown}
    told["acting"] = await acting_of(call)
    if reader is None or not reader.may(WEBHOOKS):
        return portal_page(call, "webhooks.html", **told, may=False)
    menu, business = await _business(call, reader)
    owner = owner_of(reader, _ref(reader, business))
    async with owning(call, reader, business) as connection:
        endpoints = await list_endpoints(connection, owner)
        ours = Filter(channel="webhook", endpoint_ids=tuple(each.id for each in endpoints))
        within = business.id if business else None
        deliveries = await list_deliveries(connection, within, ours, most=DELIVERIES) if endpoints else []
    return portal_page(
        call, "webhooks.html", **told, status=status, may=True, endpoints=endpoints, deliveries=deliveries,
        events=CATALOGUE, menu=menu, business=business, csrf=csrf_of(call), verifying=_verifying(),
        named=f"?business={business.uid}" if business and not reader.is_bound else "",
    )  # fmt: skip


async def _business(call: Call, reader: Caller) -> tuple[Menu, Seen | None]:
    """What the reader chooses from, and the one worked on; a token of listed businesses works on one at a time."""
    query: WhoseQuery = call.query
    menu, business = await choose(call.services, reader, query.business, query.find)
    looked_for = query.business or (query.find and menu.found)
    if not looked_for and not reader.is_bound and reader.only_businesses is None:
        return menu, None
    if business is None:
        raise NotFound("There is no such business within your reach")
    return menu, business


def _ref(reader: Caller, business: Seen | None) -> BusinessRef | None:
    return BusinessRef(business.id, business.uid, reader.directory_id) if business else None


def _verifying() -> list[Sample]:
    """The receivers of the guide, by language: a test runs them."""
    found = _FENCE.findall(guide_called("webhooks").source)
    return [Sample(*_LANGUAGES[language], code.strip()) for language, code in found]


async def _create(bench: Bench) -> Shown:
    """An endpoint for the events that were ticked."""
    services = bench.call.services
    events = [event for name, event in EVENTS.items() if bench.form.text(f"event {name}")]
    url = bench.form.text("url")
    if not events:
        raise Invalid("Choose at least one event", field="events")
    if len(url) > URL_MOST_CHARS:
        raise Invalid(f"A URL has at most {URL_MOST_CHARS} characters", field="url")
    try:
        Guard(services.settings.webhook_allow).check_url(url)
    except BadUrl as fault:
        raise Invalid(f"The URL {fault}", field="url") from None
    by = bench.reader.principal
    _, secret = await create_endpoint(bench.connection, services.key, bench.owner, events, url, by=by)
    return Shown(secret, f"{url} now hears of {len(events)} events.")


async def _rotate(bench: Bench) -> Shown:
    hours = 24 if bench.form.text("grace") != "0" else 0
    key = bench.call.services.key
    secret = await rotate(bench.connection, key, bench.owner, bench.endpoint_id, grace=timedelta(hours=hours))
    return Shown(secret, "Both secrets sign for a day." if hours else "The old secret signs no more.")


async def _test(bench: Bench) -> Shown:
    endpoint = await get_endpoint(bench.connection, bench.owner, bench.endpoint_id)
    asked = bench.form.text("event")
    name = asked if asked in EVENTS else first_sent(endpoint.events)
    await ask_for_test(bench.connection, bench.owner.business_id, endpoint.id, name)
    return Shown(done=f"The sample of {name} is on its way; it appears among the deliveries.")


async def _redeliver(bench: Bench) -> Shown:
    endpoint = await get_endpoint(bench.connection, bench.owner, bench.endpoint_id)
    owner = bench.owner
    count = await redeliver(
        bench.connection, endpoint.id, directory_id=owner.directory_id, business_id=owner.business_id,
        since=now() - timedelta(hours=REDELIVER_H),
    )  # fmt: skip
    return Shown(done=f"{count} missed deliveries of the last five days are due now.")


async def _activate(bench: Bench) -> Shown:
    await switch_on(bench.connection, bench.owner, bench.endpoint_id)
    return Shown(done="It is on again.")


async def _delete(bench: Bench) -> Shown:
    await remove_endpoint(bench.connection, bench.owner, bench.endpoint_id)
    return Shown(done="The webhook is gone, with its secrets.")


async def _again(bench: Bench) -> Shown:
    """One delivery of an endpoint of the reader's, once more."""
    found = await get_delivery(bench.connection, bench.owner.business_id or None, bench.call.path["uid"])
    if found.endpoint_id not in {each.id for each in await list_endpoints(bench.connection, bench.owner)}:
        raise NotFound("There is no such delivery")
    await retry(bench.connection, found.business_id, found.uid)
    return Shown(done="It is due now, under the same webhook-id.")


Act = Callable[[Bench], Awaitable[Shown]]


def _acting(act: Act) -> Callable[[Call], Awaitable[Answer]]:
    """A form of the page, carried out; what it did, or why not, is shown on the page."""

    async def handle(call: Call) -> Answer:
        reader = await reader_of(call)
        if reader is None or not reader.may(WEBHOOKS):
            return await _page(call, reader, Shown())
        form = await read_own_form(call)
        _, business = await _business(call, reader)
        try:
            async with owning(call, reader, business) as connection:
                owner = owner_of(reader, _ref(reader, business))
                shown = await act(Bench(call, reader, owner, connection, form))
        except NotFound:
            raise
        except Refusal as refusal:
            return await _page(call, reader, Shown(fault=refusal.first.message), status=422)
        return await _page(call, reader, shown)

    return handle


_PAGE = Reply(200, None, None, "The page.", "text/html")
_ERRORS = (
    ErrorCase(400, "unreadable", "The form did not come from our own page."),
    ErrorCase(404, "not_found", "The reader has no such webhook, business or delivery."),
    ErrorCase(422, "invalid", "It cannot be done as asked."),
)


def _row(name: str, title: str, path: str, handler: Any, *, method: Any = "POST") -> Operation:
    return Operation(
        name=name, title=title, summary="For who has logged in to the portal.", method=method, path=path,
        door="portal", policy=ANYBODY, handler=handler, query=WhoseQuery, replies=(_PAGE,), errors=_ERRORS,
        prefixed=False, secret=True, tag="Portal",
    )  # fmt: skip


OPERATIONS = (
    _row("docs_webhooks", "Webhooks page", HERE, show_webhooks, method="GET"),
    _row("docs_webhook_create", "Make a webhook", HERE, _acting(_create)),
    _row("docs_webhook_secret", "Rotate its secret", f"{HERE}/{{id}}/secret", _acting(_rotate)),
    _row("docs_webhook_test", "Test a webhook", f"{HERE}/{{id}}/test", _acting(_test)),
    _row("docs_webhook_redeliver", "Redeliver what it missed", f"{HERE}/{{id}}/redeliver", _acting(_redeliver)),
    _row("docs_webhook_activate", "Switch it on", f"{HERE}/{{id}}/activate", _acting(_activate)),
    _row("docs_webhook_delete", "Remove a webhook", f"{HERE}/{{id}}/delete", _acting(_delete)),
    _row("docs_delivery_again", "Deliver again", f"{HERE}/deliveries/{{uid}}/again", _acting(_again)),
)
