"""Disk full: the tables' folder, then the write-ahead log's, on a file system that has no room left.

Callers retry until 201 all the time. Writes are refused 503, reads go on while the log has room, nothing that was
acknowledged is lost, and when there is room again all goes on by itself.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
from bench.processes import Server

from proof.crash.callers import PATH, Told
from proof.crash.checker import look_up
from proof.disk.small import CannotMount, Small, require_mounting, small
from proof.frame import Run, own_folder
from proof.hall import Hall, hall
from proof.network.callers import Reader, TimedCaller

CALLERS = 6
CALM_S, FULL_S = 1.5, 6.0
FULL_WITHIN_S, WELL_WITHIN_S = 15.0, 20.0
ANSWER_MOST_S = 10.0
PLACES = {"tables": "base", "log": "pg_wal"}


@dataclass
class Found:
    """What became of it in one place."""

    told: list[Told] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    """Codes of refusals while it was full."""
    calm_refused: Counter[str] = field(default_factory=Counter)
    reads: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    longest_s: float = 0.0
    well_after_s: float = float("inf")
    lost: int = 0
    doubled: int = 0


def prove(run: Run) -> None:
    """Both places; the control is a disk that is not full."""
    try:
        require_mounting(run.folder)
    except CannotMount as fault:
        run.cannot(f"a small file system takes root and the right to mount: {fault}")
        return
    for place, folder in PLACES.items():
        found = _fill(run, place, folder)
        run.count(**{place: {
            "acked": len(found.told), "refused": dict(found.refused), "reads": dict(found.reads),
            "longest_s": round(found.longest_s, 2), "well_after_s": round(found.well_after_s, 2), "lost": found.lost,
            "doubled": found.doubled,
        }})  # fmt: skip
        _expect(run, place, found)
        run.control(
            f"{place}: a disk that is not full", caught="storage_full" not in found.calm_refused,
            refused=dict(found.calm_refused),
        )  # fmt: skip


def _expect(run: Run, place: str, found: Found) -> None:
    run.expect(f"{place}: every refusal is a 503: {found.wrong[:3]}", not found.wrong)
    if place == "tables":
        run.expect("tables: refused as storage_full", found.refused["storage_full"] > 0)
        run.expect("tables: reads go on", set(found.reads) == {200})
    run.expect(f"{place}: somebody was refused", found.refused.total() > 0)
    run.expect(f"{place}: 0 lost, 0 doubled", found.lost == found.doubled == 0 < len(found.told))
    run.expect(f"{place}: nobody waits longer than 10 s", found.longest_s <= ANSWER_MOST_S)
    run.expect(f"{place}: well again by itself within {WELL_WITHIN_S:.0f} s", found.well_after_s <= WELL_WITHIN_S)


def _fill(run: Run, place: str, folder: str) -> Found:
    with own_folder(run.name) as own, hall(own) as our, small(our.cluster.folder / folder) as disk:
        server = our.server("server")
        try:
            server.await_port()
            found = asyncio.run(_through(run, our, server, disk, place))
        finally:
            disk.free()
            server.stop()
        verdict = look_up(our, found.told)
        found.lost, found.doubled = len(verdict.lost) + len(verdict.misled), len(verdict.doubled)
        our.cluster.stop()
        return found


async def _through(run: Run, our: Hall, server: Server, disk: Small, place: str) -> Found:
    found = Found()
    callers = [TimedCaller(n, our.world, [server.port], run.chance((place, n)), keyed=True) for n in range(CALLERS)]
    reader = Reader(our.world, server.port)
    working = [asyncio.create_task(each.work()) for each in (*callers, reader)]
    probing = asyncio.create_task(_probe(our, server, found.calm_refused))
    await asyncio.sleep(CALM_S)
    probing.cancel()
    reader.statuses.clear()
    disk.fill()
    probing = asyncio.create_task(_probe(our, server, found.refused))
    await _until_refused(our, found, place)
    await asyncio.sleep(1.0 if run.quick else FULL_S)
    found.reads = Counter(reader.statuses)
    run.say(f"{place}: full, refused {dict(found.refused)}, reads {dict(found.reads)}")
    probing.cancel()
    disk.free()
    found.well_after_s = await _until_well(lambda: sum(len(caller.told) for caller in callers))
    for each in (*callers, reader):
        each.ending = True
    await asyncio.wait(working, timeout=WELL_WITHIN_S)
    for task in working:
        task.cancel()
    await asyncio.gather(*working, probing, return_exceptions=True)
    found.told = [told for caller in callers for told in caller.told]
    found.wrong = [words for each in (*callers, reader) for words in each.wrong]
    found.longest_s = max(each.longest_try_s for each in (*callers, reader))
    return found


async def _until_refused(our: Hall, found: Found, place: str) -> None:
    """Until somebody is. The log takes new files only now and then: it is told to take one."""
    async with asyncio.timeout(FULL_WITHIN_S):
        while not found.refused:
            if place == "log":
                await our.ask("select 1 from pg_switch_wal()")
            await asyncio.sleep(0.2)


async def _until_well(told: Callable[[], int]) -> float:
    began, before = time.monotonic(), told()
    while time.monotonic() - began < 3 * WELL_WITHIN_S:
        if told() > before + CALLERS:
            return time.monotonic() - began
        await asyncio.sleep(0.05)
    return float("inf")


async def _probe(our: Hall, server: Server, refused: Counter[str]) -> None:
    """What a writer is told."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15), headers=our.world.headers()) as asking:
        for n in range(10**6):
            body = {"identifier_type": "email", "email": f"probe{n}@example.com", "first_name": "Dana"}
            told = body | {"request_title": f"Probe {id(refused)} {n}", "request_data": {"notes": "x" * 8_000}}
            try:
                async with asking.post(f"http://127.0.0.1:{server.port}{PATH}", json=told) as answer:
                    if answer.status != 201:
                        refused[(await answer.json()).get("error_code", str(answer.status))] += 1
            except (aiohttp.ClientError, TimeoutError):
                refused["no answer"] += 1
            await asyncio.sleep(0.02)
