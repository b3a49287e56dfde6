"""What is sent: whether somebody sends, what could not be, who rests, and whose address is closed."""

from __future__ import annotations

import asyncpg
from asyncpg.exceptions import UndefinedTableError

from leadhall.cli.doctor.finding import Finding, fine, judged
from leadhall.core.sql import statements

SQL = statements("leadhall.cli.doctor", "doctor.sql")
MOST_LAG_S = 60.0


async def look_at_deliveries(connection: asyncpg.Connection) -> list[Finding]:
    """All findings about sending; none before the tables are there."""
    try:
        outbox = await connection.fetchrow(SQL["outbox"])
        lately = await connection.fetchrow(SQL["gave_up"])
        nobodys = await connection.fetchval(SQL["nobodys"])
        resting = await connection.fetch(SQL["resting"])
        staff = await connection.fetch(SQL["suppressed_staff"])
        endpoints = await connection.fetch(SQL["webhooks"])
    except UndefinedTableError:
        return []
    return [
        outbox_moves(outbox["lag_s"]),
        dead_rows(outbox["dead"]),
        lost(lately["lost"]),
        held(lately["held"]),
        of_nobody(nobodys),
        senders(resting),
        staff_addresses(staff),
        webhooks(endpoints),
    ]


def outbox_moves(lag_s: float) -> Finding:
    return judged(
        "outbox",
        f"the oldest row waits for {lag_s:.0f} s" if lag_s > 1 else "empty or moving",
        good=lag_s <= MOST_LAG_S,
        remedy="nobody sends: leadhall serve with LEADHALL_DISPATCH on, or leadhall worker",
    )


def dead_rows(count: int) -> Finding:
    return judged(
        "dead outbox rows",
        f"{count} could not be fanned out in nine tries" if count else "none",
        good=not count,
        remedy="the log tells what broke; when that is mended: leadhall deliveries revive",
    )


def lost(count: int) -> Finding:
    return judged(
        "deliveries lost",
        f"{count} failed or were given up in the last day" if count else "none in the last day",
        good=not count,
        remedy="leadhall deliveries list --state failed   (and given_up)",
        otherwise="watch",
    )


def held(count: int) -> Finding:
    return judged(
        "auto-replies held",
        f"{count}: more than 60 an hour for one business" if count else "none",
        good=not count,
        remedy="a flood? leadhall deliveries list --state waiting; leadhall deliveries retry UID releases one",
        otherwise="watch",
    )


def of_nobody(count: int) -> Finding:
    return judged(
        "mail and texts of nobody",
        f"{count} came in and belong to no business" if count else "none",
        good=not count,
        remedy="leadhall inbound list --nobodys; leadhall inbound give UID BUSINESS, or dismiss UID",
        otherwise="watch",
    )


def senders(resting: list[asyncpg.Record]) -> Finding:
    if not resting:
        return fine("senders", "none rests")
    told = "; ".join(f"{row['lane']} until {row['until']:%H:%M:%S} UTC: {row['answer'][:120]}" for row in resting)
    return Finding("senders", "wrong", told, "mend account, password or certificate; it is tried again by itself")


def staff_addresses(rows: list[asyncpg.Record]) -> Finding:
    return judged(
        "staff addresses",
        "; ".join(f"{row['person']} of {row['business']} is suppressed" for row in rows) or "none is suppressed",
        good=not rows,
        remedy="leadhall suppression list; leadhall suppression remove UID   (when the address works again)",
    )


def webhooks(rows: list[asyncpg.Record]) -> Finding:
    """Endpoints that fail or were switched off; their owners were told by mail."""
    told = [
        f"{row['id']} {row['url'][:80]} is off ({row['off_because']})"
        if row["off_because"]
        else f"{row['id']} {row['url'][:80]} fails since {row['failing_since']:%Y-%m-%d %H:%M} UTC"
        for row in rows
    ]
    return judged(
        "webhooks",
        "; ".join(told) or "none fails",
        good=not rows,
        remedy="leadhall webhook list; leadhall send-test webhook ID; leadhall webhook activate ID",
        otherwise="watch",
    )
