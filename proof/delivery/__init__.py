"""Delivery: four workers, of which some are stopped or killed while they send; who holds a row, and who may not.

A lease lasts 6 s here instead of 60, and what must end before it is as much shorter (`FIGURES`): nobody waits for
minutes, and the order of all bounds stays what it is.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp
from bench.processes import Server

from proof.crash.callers import PATH
from proof.crash.sends import an_owner, compare_sends, drain
from proof.delivery.checker import Pause, by_the_living
from proof.frame import Run, own_folder
from proof.hall import Hall, hall
from proof.patched import command
from proof.sinks import Sinks, sinks

WORKERS, STOPPED_AT_ONCE = 4, 2
LEADS_PER_S, LASTS_S = 15, 25.0
ANSWER_AFTER_S = 0.25
LEASE_S = 6
OVERDUE_MOST_S = 5.0
"""Re-picked within 65 s is: 5 s after a lease of 60 ended."""
FIGURES: dict[str, Any] = {
    "leadhall.dispatch.claim.LEASE_S": LEASE_S,
    "leadhall.dispatch.sender.LEASE_S": LEASE_S,
    "leadhall.dispatch.sender.LONGEST_TRY_S": 5.0,
    "leadhall.dispatch.sender.BEGIN_WITHIN_S": 0.8,
    "leadhall.dispatch.running.SESSION": {
        "idle_in_transaction_session_timeout": "500",
        "enable_seqscan": "off",
    },
    "leadhall.notify.relay.CONNECT_WITHIN_S": 1.0,
    "leadhall.notify.relay.COMMAND_WITHIN_S": 2.0,
    "leadhall.notify.relay.TOTAL_WITHIN_S": 4.5,
}
TOO_SHORT: dict[str, Any] = {"leadhall.dispatch.claim.LEASE_S": 0.4}
"""The control: a lease that ends while its holder lives and sends. Nothing else keeps two from one row."""
STARTED_WITHIN_S = 60.0
DRAINED_WITHIN_S = 60.0
TWICE_MARKED = """
    select count(*) from (select from delivery_attempt where outcome = 'sent'
                           group by business_id, delivery_uid having count(*) > 1) twice"""
OVERDUE = """
    select coalesce(max(extract(epoch from now() - leased_until)) * 1000, 0)::int
      from delivery where state = 'sending' and leased_until < now()"""


@dataclass
class Found:
    leads: frozenset[str]
    sent: int = 0
    repeated: int = 0
    by_the_living: list[str] = field(default_factory=list)
    missing: int = 0
    phantoms: int = 0
    twice_marked: int = 0
    overdue_s: float = 0.0
    left: int = 0
    pauses: list[Pause] = field(default_factory=list)


class Crew:
    """Workers with names of their own, by which the relay knows them; one that was killed is followed by another."""

    def __init__(self, our: Hall, wires: Sinks, figures: dict[str, Any], chance: Random) -> None:
        self.pauses: list[Pause] = []
        self._our = our
        self._wires = wires
        self._figures = figures
        self._chance = chance
        self._count = 0
        self._at_work: dict[str, Server] = {}
        self._stopped: dict[str, tuple[float, float]] = {}

    def begin(self) -> None:
        self._count += 1
        name = f"worker{self._count}"
        figures = {**self._figures, "leadhall.notify.relay._own_name": [name]}
        told = {**self._wires.environment, "LEADHALL_LOG_LEVEL": "info"}
        self._at_work[name] = self._our.server(name, command=command(figures, "worker"), environment=told)

    async def await_work(self) -> None:
        """Until all have begun."""
        async with asyncio.timeout(STARTED_WITHIN_S):
            while not all(self._has_begun(name) for name in self._at_work):  # noqa: ASYNC110 - asked of their logs
                await asyncio.sleep(0.1)

    def _has_begun(self, name: str) -> bool:
        return " working " in (self._our.data.parent / f"{name}.log").read_text(errors="replace")

    async def strike(self) -> None:
        """One is stopped for a while, or killed."""
        self.wake(time.monotonic())
        running = [name for name in self._at_work if name not in self._stopped]
        if len(self._stopped) >= STOPPED_AT_ONCE:
            return
        name = self._chance.choice(running)
        at = time.monotonic()
        if self._chance.random() < 0.25:
            os.kill(self._at_work.pop(name).pid, signal.SIGKILL)
            self.pauses.append(Pause(name, at, float("inf")))
            self.begin()
        else:
            os.kill(self._at_work[name].pid, signal.SIGSTOP)
            self._stopped[name] = (at, at + self._chance.uniform(0.3, 2 * LEASE_S))

    def wake(self, now: float = float("inf")) -> None:
        """Those whose time is over go on."""
        for name, (since, until) in list(self._stopped.items()):
            if until <= now:
                del self._stopped[name]
                os.kill(self._at_work[name].pid, signal.SIGCONT)
                self.pauses.append(Pause(name, since, time.monotonic()))

    def end(self) -> None:
        self.wake()
        for each in self._at_work.values():
            each.stop()


def prove(run: Run) -> None:
    """A trickle of leads, four workers, two of them always out of order; then a lease that is too short."""
    lasts_s = 6.0 if run.quick else LASTS_S
    found = _work(run, _Shift("crew", FIGURES, WORKERS, lasts_s, ANSWER_AFTER_S))
    run.count(
        leads=len(found.leads), sent=found.sent, stops=len([p for p in found.pauses if p.until < float("inf")]),
        kills=len([p for p in found.pauses if p.until == float("inf")]), repeated=found.repeated,
        by_the_living=found.by_the_living[:5], missing=found.missing, phantoms=found.phantoms,
        twice_marked=found.twice_marked, overdue_s=found.overdue_s, left=found.left, lease_s=LEASE_S,
    )  # fmt: skip
    run.expect("no mail is sent by two workers that both lived", not found.by_the_living)
    run.expect("every lead's notice is sent, and of no other", found.missing == found.phantoms == 0 < found.sent)
    run.expect("no delivery is marked as sent twice: who lost the lease writes nothing", found.twice_marked == 0)
    run.expect(f"taken again within {OVERDUE_MOST_S:.0f} s after its lease", found.overdue_s <= OVERDUE_MOST_S)
    run.expect("everything drained", found.left == 0)
    run.expect("somebody was stopped, and somebody killed", run.quick or len({p.until for p in found.pauses}) > 2)
    short = _work(run, _Shift("too short", FIGURES | TOO_SHORT, 2, 2.0, 1.5, strikes=False, drained_within_s=4.0))
    run.control("a lease shorter than a try", caught=bool(short.by_the_living), repeated=short.repeated)


@dataclass(frozen=True)
class _Shift:
    name: str
    figures: dict[str, Any]
    workers: int
    lasts_s: float
    answer_after_s: float
    strikes: bool = True
    drained_within_s: float = DRAINED_WITHIN_S


def _work(run: Run, shift: _Shift) -> Found:
    with (
        own_folder(run.name) as folder,
        hall(folder) as our,
        sinks(folder / "sinks", run.seed, drop=0.0, answer_after_s=shift.answer_after_s) as wires,
    ):
        our.start()
        an_owner(our)
        server = our.server("server")
        crew = Crew(our, wires, shift.figures, run.chance(shift.name))
        try:
            server.await_port()
            for _ in range(shift.workers):
                crew.begin()
            found = asyncio.run(_through(run, our, server, crew, shift))
        finally:
            crew.end()
            server.stop()
        return _look(our, wires, crew, found)


async def _through(run: Run, our: Hall, server: Server, crew: Crew, shift: _Shift) -> Found:
    found = Found(frozenset())
    await crew.await_work()
    watching = asyncio.create_task(_watch(our, found))
    striking = asyncio.create_task(_strike(run, crew)) if shift.strikes else None
    found.leads = await _feed(our, server, shift.lasts_s)
    if striking:
        striking.cancel()
    crew.wake()
    found.left = await drain(our, shift.drained_within_s, run.say, leases_end=False)
    watching.cancel()
    return found


async def _strike(run: Run, crew: Crew) -> None:
    chance = run.chance("strikes")
    while True:
        await asyncio.sleep(chance.uniform(0.3, 1.0))
        await crew.strike()


async def _watch(our: Hall, found: Found) -> None:
    """How long a lease had ended before somebody took its row."""
    while True:
        overdue_ms = await our.ask(OVERDUE) or 0
        found.overdue_s = max(found.overdue_s, overdue_ms / 1000)
        await asyncio.sleep(0.25)


async def _feed(our: Hall, server: Server, lasts_s: float) -> frozenset[str]:
    """Leads at an even pace; their uids."""
    leads: list[str] = []
    async with aiohttp.ClientSession(headers=our.world.headers()) as asking:
        for n in range(int(lasts_s * LEADS_PER_S)):
            body = {"identifier_type": "email", "email": f"lead{n}@example.com", "first_name": "Dana"}
            told = body | {"request_title": f"Lead {n}", "notifications": "email"}
            async with asking.post(f"http://127.0.0.1:{server.port}{PATH}", json=told) as answer:
                leads.append(json.loads(await answer.read())["conversation_uid"])
            await asyncio.sleep(1 / LEADS_PER_S)
    return frozenset(leads)


def _look(our: Hall, wires: Sinks, crew: Crew, found: Found) -> Found:
    taken = wires.mails()
    sends = compare_sends(taken, found.leads)
    found.sent, found.repeated, found.missing, found.phantoms = (
        sends.sent,
        sends.repeated,
        sends.missing,
        sends.phantoms,
    )
    found.by_the_living = by_the_living(taken, crew.pauses, LEASE_S)
    found.twice_marked = our.rows(TWICE_MARKED)[0][0]
    found.pauses = crew.pauses
    return found
