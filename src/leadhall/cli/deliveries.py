"""`leadhall deliveries list|show|retry|revive`: what became of each notice, letter, text and webhook call."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import cyclopts
from cyclopts import Parameter

from leadhall.cli.durations import read_span
from leadhall.cli.output import Json, harmless, row_of, say, show_facts, show_json, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.dispatch.claim import clock_of
from leadhall.dispatch.log import Filter, Logged, get_delivery, list_deliveries, retry
from leadhall.dispatch.settle import wake_sender_of
from leadhall.events.queue import revive
from leadhall.tenancy.audit import record_act

app = cyclopts.App(name="deliveries", help="Mail, texts and webhooks: what became of each.")
LISTED = ("uid", "created_at", "kind", "channel", "recipient", "state", "reason", "tries", "next_try_at")
State = Literal["waiting", "sending", "accepted", "delivered", "failed", "given_up", "suppressed", "skipped"]


@app.command(name="list")
async def list_(
    *,
    business: Annotated[str | None, Parameter(help="Only of this business (any of its names).")] = None,
    directory: DirectoryOption = None,
    state: State | None = None,
    channel: Annotated[str | None, Parameter(help="email, sms or webhook.")] = None,
    lead: Annotated[str | None, Parameter(help="Only of this lead: its conversation's uid.")] = None,
    within: Annotated[str, Parameter(help="How far back, such as 12h or 7d.")] = "7d",
    limit: Annotated[int, Parameter(help="At most how many.")] = 50,
    as_json: Json = False,
) -> None:
    """Deliveries, newest first."""
    span = read_span(within)
    async with session() as at:
        found = await pick_business(at.connection, business, directory) if business else None
        since = await clock_of(at.connection) - span
        wanted = Filter(state=state, channel=channel, lead_uid=lead, since=since)
        rows = await list_deliveries(at.connection, found.id if found else None, wanted, most=limit)
    show_rows([_row(each) for each in rows], as_json=as_json, columns=LISTED, nothing="no deliveries")


@app.command
async def show(uid: str, /, *, as_json: Json = False) -> None:
    """One delivery with every try and the other side's words."""
    async with session() as at:
        found = await get_delivery(at.connection, None, uid)
    if as_json:
        show_json(row_of(found))
        return
    row = _row(found)
    row.pop("attempts")
    show_facts(row, as_json=False)
    tell_tries(found)


@app.command(name="retry")
async def retry_(uid: str, /) -> None:
    """Try it now, with its whole schedule before it; one that is held is released. A sender that rests is woken."""
    async with session() as at, at.connection.transaction():
        found = await get_delivery(at.connection, None, uid)
        again = await retry(at.connection, found.business_id, uid)
        await wake_sender_of(at.connection, found.business_id, uid)
        await record_act(at.connection, "delivery/retried", uid, business_id=found.business_id)
    say(f"{again.kind} to {harmless(again.recipient)} is due")


@app.command(name="revive")
async def revive_() -> None:
    """Let outbox rows that could not be fanned out nine times be tried again, after what broke them was mended."""
    async with session() as at, at.connection.transaction():
        count = await revive(at.connection)
        await record_act(at.connection, "outbox/revived", "outbox", facts={"rows": count})
    say(f"{count} rows are due again")


def _row(delivery: Logged) -> dict[str, Any]:
    return row_of(delivery) | {"tries": len(delivery.attempts)}


def tell_tries(delivery: Logged) -> None:
    """A line a try."""
    for each in delivery.attempts:
        took = "" if each.took_ms is None else f" after {each.took_ms} ms"
        print(f"  {each.n}. {each.at:%Y-%m-%d %H:%M:%S} {each.outcome}{took}: {harmless(each.answer or '-')}")
