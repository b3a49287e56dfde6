"""Network: a bad one between the server and its database, relay and receivers; hung backends; SIGTERM under load.

Callers retry until 201 through all of it. Nobody waits longer than ten seconds for an answer of any kind, and what was
acknowledged is stored.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from bench.processes import Server

from proof.crash.callers import Told
from proof.crash.checker import Verdict, look_up
from proof.crash.faults import backends_of
from proof.crash.sends import an_owner, compare_sends, drain, subscribe
from proof.frame import Run, own_folder
from proof.hall import Hall, hall
from proof.network.beside import MOVES_MOST, RELAY_FAULTS, TURNS, Beside, beside
from proof.network.callers import Reader, TimedCaller
from proof.network.stops import Stopped, stop_under_load
from proof.proxy import FAULTS, LATENCY_S, Connect, FaultProxy, proxied, to_port, to_socket
from proof.sinks import Sinks, sinks

CALLERS = 8
LASTS_S = {"latency": 2.5, "slices": 2.5, "reset": 2.0, "refuse": 3.0, "blackhole": 12.0, "rate": 3.0, "SIGSTOP": 12.0}
WIRES_LAST_S = 2.0
CALM_S = 0.5
ANSWER_MOST_S, READY_MOST_S = 10.0, 5.0
HEALED_WITHIN_S = 30.0
STOPS, STOPPING_AT_ONCE = 20, 2
SLOW_COMMIT_S = 0.1
"""So that there is always somebody in flight when the signal comes."""
DRAINED_WITHIN_S = 120.0
BESIDE_MOST_S = 2.0
LATE, LATE_DATABASE_S = "late database", 0.025


@dataclass
class _Scene:
    run: Run
    our: Hall
    database: FaultProxy
    smtp: FaultProxy
    webhook: FaultProxy
    server: Server
    callers: list[TimedCaller]
    reader: Reader
    stages: dict[str, dict[str, float]] = field(default_factory=dict)


def prove(run: Run) -> None:
    """Faults before the database, then before relay and receiver; then twenty stops."""
    with own_folder(run.name) as folder, hall(folder) as our:
        our.start()
        an_owner(our)
        with sinks(folder / "sinks", run.seed, drop=0.0) as wires:
            asyncio.run(_through(run, our, wires))


async def _through(run: Run, our: Hall, wires: Sinks) -> None:
    async with AsyncExitStack() as stack:
        database, smtp, webhook = [
            await stack.enter_async_context(proxied(each))
            for each in (_socket_of(our), to_port(wires.smtp), to_port(wires.http))
        ]
        through = wires.through(smtp.port, webhook.port)
        environment = {**through.environment, "LEADHALL_DISPATCH": "on", **_url(our, database)}
        server = our.server("server", environment=environment)
        stack.push_async_callback(asyncio.to_thread, server.stop)
        await asyncio.to_thread(server.await_port)
        await subscribe(our, server.port, through)
        callers = [TimedCaller(n, our.world, [server.port], run.chance(n), keyed=True) for n in range(CALLERS)]
        reader = Reader(our.world, server.port)
        scene = _Scene(run, our, database, smtp, webhook, server, callers, reader)
        moved = await _moved(scene)
        told = await _storms(scene)
        left = await drain(our, DRAINED_WITHIN_S, run.say, leases_end=False)
        await asyncio.to_thread(server.stop)
    stopped = await _stops(run, our, 4 if run.quick else STOPS, signal.SIGTERM)
    control = await _stops(run, our, 2, signal.SIGKILL)
    _tell_moved(run, moved)
    await asyncio.to_thread(_tell, scene, wires, told, stopped, left)
    run.control("kill -9 in the place of SIGTERM", caught=control.cut > 0, cut=control.cut, in_flight=control.in_flight)
    unsent = [*told, Told("Never sent", "a@example.com", "a", "b", "c")]
    run.control("a lead that was never sent", caught=len((await asyncio.to_thread(look_up, our, unsent)).lost) == 1)


def _socket_of(our: Hall) -> Connect:
    return to_socket(f"{our.dsn.host}/.s.PGSQL.{our.dsn.port}")


def _url(our: Hall, database: FaultProxy) -> dict[str, str]:
    return {"DATABASE_URL": f"postgresql://leadhall@127.0.0.1:{database.port}/{our.dsn.database}"}


async def _moved(scene: _Scene) -> dict[str, Beside]:
    """Each fault of the relay, and a late database, which must show."""
    quick = scene.run.quick

    async def drained() -> None:
        if await drain(scene.our, DRAINED_WITHIN_S, lambda _: None, leases_end=False):
            raise RuntimeError("what was sent between two windows is not through")

    def all_well(found: Beside) -> bool:
        return quick or (len(found.clean) >= TURNS and found.holds)

    def shows(found: Beside) -> bool:
        return quick or found.p99_is_shown_to_move

    world, port = scene.our.world, scene.server.port
    moved = {}
    for fault in RELAY_FAULTS:
        moved[fault] = await beside(world, port, scene.smtp, fault, drained, settled=all_well)
        scene.run.say(f"intake beside a relay with {fault}: {_rounded(moved[fault])}")
    scene.database.latency_s = LATE_DATABASE_S
    moved[LATE] = await beside(world, port, scene.database, "latency", drained, settled=shows)
    scene.database.latency_s = LATENCY_S
    scene.run.say(f"intake over a late database: {_rounded(moved[LATE])}")
    return moved


def _rounded(found: Beside) -> dict[str, float]:
    return {name: round(value, 4 if name == "p99_luck" else 2) for name, value in found.told().items()}


def _tell_moved(run: Run, moved: dict[str, Beside]) -> None:
    run.count(intake_beside={name: _rounded(found) for name, found in moved.items()})
    for fault in RELAY_FAULTS:
        _judge(run, fault, moved[fault])
    late = moved[LATE]
    run.control(
        "a database that answers late",
        caught=late.moves >= MOVES_MOST and (run.quick or late.p99_is_shown_to_move),
        moves=round(late.moves, 2),
        p99_moves=round(late.p99_moves, 2),
        p99_luck=round(late.p99_luck, 4),
    )


def _judge(run: Run, fault: str, found: Beside) -> None:
    run.expect(f"relay {fault}: intake's wait moves by less than 10 %: {found.moves:.2f}", found.moves < MOVES_MOST)
    run.expect(
        f"relay {fault}: intake's p99 moves by less than 10 %: {found.p99_moves:.2f}, by luck {found.p99_luck:.4f}",
        run.quick or not found.p99_is_shown_to_move,
    )


async def _storms(scene: _Scene) -> list[Told]:
    """Each fault for a while, with callers at work; what they were told."""
    workers = [*scene.callers, scene.reader]
    working = [asyncio.create_task(each.work()) for each in workers]
    for fault in FAULTS:
        await _stage(scene, f"database {fault}", LASTS_S[fault], lambda f=fault: scene.database.become(f),
                     lambda: scene.database.become("clean"))  # fmt: skip
    await _stage(scene, "database SIGSTOP", LASTS_S["SIGSTOP"], lambda: _signal(scene.our, signal.SIGSTOP),
                 lambda: _signal(scene.our, signal.SIGCONT))  # fmt: skip
    for fault in FAULTS:
        await _stage(
            scene, f"wires {fault}", WIRES_LAST_S, lambda f=fault: _both(scene, f), lambda: _both(scene, "clean")
        )
    for worker in workers:
        worker.ending = True
    await asyncio.wait(working, timeout=HEALED_WITHIN_S)
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    return [told for caller in scene.callers for told in caller.told]


async def _both(scene: _Scene, mode: Any) -> None:
    await scene.smtp.become(mode)
    await scene.webhook.become(mode)


async def _signal(our: Hall, number: signal.Signals) -> None:
    for pid in backends_of(our):
        os.kill(pid, number)


async def _stage(
    scene: _Scene, name: str, lasts_s: float, strike: Callable[[], Awaitable[None]], heal: Callable[[], Awaitable[None]]
) -> None:
    """One fault: how long anybody waited, and how long until all is well again."""
    timed = [*scene.callers, scene.reader]
    for each in timed:
        each.longest_try_s = 0.0
    before = sum(len(caller.told) for caller in scene.callers)
    await strike()
    await asyncio.sleep(min(lasts_s, 2.0) if scene.run.quick else lasts_s)
    await heal()
    ready_s = await _until_well(scene)
    await asyncio.sleep(CALM_S)
    scene.stages[name] = {
        "longest_s": round(max(each.longest_try_s for each in timed), 2),
        "ready_s": round(ready_s, 2),
        "acked": sum(len(caller.told) for caller in scene.callers) - before,
    }
    scene.run.say(f"{name}: {scene.stages[name]}")


async def _until_well(scene: _Scene) -> float:
    """Seconds until it is ready and stores a lead again."""
    began = time.monotonic()
    before = sum(len(caller.told) for caller in scene.callers)
    url = f"http://127.0.0.1:{scene.server.port}/readyz"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as asking:
        while time.monotonic() - began < HEALED_WITHIN_S:
            try:
                async with asking.get(url) as answer:
                    if answer.status == 200 and sum(len(caller.told) for caller in scene.callers) > before:
                        return time.monotonic() - began
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(0.05)
    return float("inf")


async def _stops(run: Run, our: Hall, times: int, end_by: signal.Signals) -> Stopped:
    """So many stops, two at a time, each over a database whose every answer takes a while."""
    stopped, names = Stopped(), iter(range(times))

    async def go_on(place: int) -> None:
        async with proxied(_socket_of(our)) as database:
            database.latency_s = SLOW_COMMIT_S
            for _ in names:
                await database.become("clean")
                server = our.server(f"stop{place}", environment=_url(our, database))
                try:
                    await asyncio.to_thread(server.await_port)
                    await database.become("latency")
                    await stop_under_load(server, our.world, stopped, end_by)
                finally:
                    await asyncio.to_thread(server.stop)

    await asyncio.gather(*(go_on(place) for place in range(STOPPING_AT_ONCE)))
    run.say(f"{stopped.stops} stops, {stopped.in_flight} in flight, {stopped.cut} cut, {stopped.longest_exit_s:.1f} s")
    return stopped


def _tell(scene: _Scene, wires: Sinks, told: list[Told], stopped: Stopped, left: int) -> None:
    run = scene.run
    verdict = look_up(scene.our, [*told, *stopped.told])
    wrong = [words for each in (*scene.callers, scene.reader) for words in each.wrong]
    _tell_stages(run, scene.stages)
    run.count(
        acked=len(told), wrong_answers=wrong[:5], lost=len(verdict.lost), doubled=len(verdict.doubled),
        misled=len(verdict.misled), stops=stopped.stops, in_flight=stopped.in_flight, cut=stopped.cut,
        refused_in_flight=stopped.refused[:5], longest_exit_s=round(stopped.longest_exit_s, 2), left=left,
    )  # fmt: skip
    _expect_kept(run, verdict)
    run.expect(f"only 200, 201, 409 and 503 were answered, and in time: {wrong[:3]}", not wrong)
    run.expect("0 in-flight requests cut by SIGTERM", stopped.cut == 0 and stopped.in_flight > 0)
    run.expect(f"0 answers of 5xx to those in flight: {stopped.refused[:3]}", not stopped.refused)
    run.expect("gone within 15 s of SIGTERM", stopped.longest_exit_s <= 15)
    run.expect("everything drained", left == 0)
    leads = frozenset(each.conversation_uid for each in told)
    for wire, taken in (("mails", wires.mails()), ("webhooks", wires.hooks())):
        sends = compare_sends(taken, leads)
        run.count(**{wire: {"sent": sends.sent, "missing": sends.missing, "repeated": sends.repeated}})
        run.expect(f"{wire}: every lead's notice was sent, under one id", sends.missing == 0 and sends.unstable == 0)


def _tell_stages(run: Run, stages: dict[str, dict[str, float]]) -> None:
    run.count(stages=stages)
    for name, stage in stages.items():
        run.expect(f"{name}: longest answer within 10 s", stage["longest_s"] <= ANSWER_MOST_S)
        run.expect(f"{name}: ready within 5 s after it", stage["ready_s"] <= READY_MOST_S)
        if name.startswith("wires"):
            run.expect(f"{name}: intake does not wait for it", stage["longest_s"] <= BESIDE_MOST_S)


def _expect_kept(run: Run, verdict: Verdict) -> None:
    run.expect("0 acknowledged leads lost", not verdict.lost)
    run.expect("0 leads doubled", not verdict.doubled)
    run.expect("every lead under the ids it was told", not verdict.misled)
