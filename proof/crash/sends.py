"""What was sent, compared with what is stored: nothing of a lead that is not there, everything of those that are."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import aiohttp

from proof.hall import Hall
from proof.sinks import Sinks, Taken

LEFT = """
    select (select count(*) from outbox where due_at is not null and dead_at is null)
         + (select count(*) from delivery where due_at is not null)"""
NOT_THROUGH = "select count(*) from delivery where state not in ('accepted', 'delivered')"
TIME_PASSES = """
    with waiting as (update delivery set due_at = now() where state = 'waiting' and due_at > now() returning 1),
         rested as (delete from sender_pause returning 1)
    select count(*) from waiting"""
LEASES_END = """
    with leases as (
        update delivery set due_at = now(), leased_until = now() where state = 'sending' returning 1)
    select count(*) from leases"""
LOOK_EVERY_S = 0.5
HOOK_EVENT = "lead/created"
OWNER = """
    with person as (insert into app_user (uid, email, email_key, email_verified_at)
                    values ('owneroftheproof1', 'ann@acme.example', 'ann@acme.example', now()) returning id),
         member as (insert into staff (business_id, uid, user_id, role, display_name)
                    select $1, 'staffoftheproof1', id, 'owner', 'Ann' from person returning uid)
    update business set owner_staff_uid = 'staffoftheproof1' where id = $1 returning id"""


@dataclass(frozen=True)
class Sends:
    """`phantoms` are of no lead that is stored, `missing` were never sent, `unstable` bear another id than before."""

    sent: int
    phantoms: int
    missing: int
    repeated: int
    unstable: int

    @property
    def repeated_share(self) -> float:
        return self.repeated / self.sent if self.sent else 0.0


def compare_sends(taken: Iterable[Taken], leads: frozenset[str]) -> Sends:
    """One notice a lead on this wire, under one id however often."""
    ids: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in taken:
        ids[each.lead][each.id] += 1
    sent = sum(counts.total() for counts in ids.values())
    return Sends(
        sent=sent,
        phantoms=len(ids.keys() - leads),
        missing=len(leads - ids.keys()),
        repeated=sent - len(ids),
        unstable=sum(len(counts) > 1 for counts in ids.values()),
    )


def an_owner(our: Hall) -> None:
    """Somebody whom notices of the business go to."""
    our.rows(OWNER, our.world.business_ids[0])


async def subscribe(our: Hall, port: int, sinks: Sinks) -> None:
    """The receiver hears of every lead."""
    body = {"target_url": sinks.hook, "events": [HOOK_EVENT]}
    async with (
        aiohttp.ClientSession() as asking,
        asking.post(f"http://127.0.0.1:{port}/ext/v1/webhooks", json=body, headers=our.world.headers()) as answer,
    ):
        if answer.status != 201:
            raise RuntimeError(f"no webhook: {answer.status} {await answer.text()}")


async def drain(our: Hall, within_s: float, say: Callable[[str], None], *, leases_end: bool) -> int:
    """Let everything that is due be sent; how much is left. Waits of the schedule pass by moving rows, not by waiting.

    `leases_end`: whoever held one has ended before, so those end at once, and no other.
    """
    deadline = time.monotonic() + within_s
    if leases_end:
        await our.ask(LEASES_END)
    while left := await our.ask(LEFT):
        if time.monotonic() > deadline:
            return left
        await our.ask(TIME_PASSES)
        await asyncio.sleep(LOOK_EVERY_S)
    say("all is drained")
    return 0
