"""Crash: keyed clients retry until 201 while servers, workers and PostgreSQL are killed; then promises are looked up.

Notices leave meanwhile by mail and webhook, to sinks that drop answers.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field

from proof.crash.callers import REST_WHEN_ENOUGH_S, Caller, Told
from proof.crash.checker import DOUBLED, Verdict, look_up
from proof.crash.faults import KINDS, Faults
from proof.crash.keeper import Keeper
from proof.crash.sends import an_owner, compare_sends, drain, subscribe
from proof.frame import Run, own_folder
from proof.hall import Hall, hall
from proof.sinks import Sinks, Taken, sinks

CALLERS, SERVERS, WORKERS = 16, 2, 2
FAULTS_NEEDED, ACKED_NEEDED = 150, 5_000
FAULTS_MOST = 300
ENOUGH_SHARE = 1.6
LAST_LEADS_WITHIN_S = 60.0
DRAINED_WITHIN_S = 180.0
REPEATED_MOST = 0.01
"""Of what is sent; whose answer was dropped is sent again besides."""
LEADS_BETWEEN = 50
"""Nearly every fault waits for so many: what is sent twice is a share of them, on a slow machine as on a quick one."""
DISPATCHING = {"LEADHALL_DISPATCH": "off"}
"""Of the servers: the two workers send."""
CONTROL_FAULTS_AT_MOST = 60
LAZY = {"synchronous_commit": "off", "wal_writer_delay": "10s"}
"""A commit is confirmed before it is written, and written late."""


@dataclass(frozen=True)
class Storm:
    """How long and how it blows."""

    name: str
    faults: int
    kinds: tuple[str, ...] = KINDS
    acked: int = 0
    """Leads to be acknowledged in it."""
    keyed: bool = True
    notices: bool = False
    """Workers besides the servers, and somebody to send to."""
    until_doubled: bool = False
    """It may end as soon as a lead is doubled."""


@dataclass(frozen=True)
class Outcome:
    told: list[Told]
    verdict: Verdict
    faults: dict[str, int]
    restarts: int
    unfinished: int
    wrong: list[str]
    longest_s: float
    left: int = 0
    sends: dict[str, list[Taken]] = field(default_factory=dict)
    """What the sinks took, by wire."""
    leads: frozenset[str] = frozenset()
    dropped: dict[str, int] = field(default_factory=dict)


def prove(run: Run) -> None:
    """150 faults; then the controls: without keys leads are doubled, without a synchronous commit they are lost."""
    needed = 12 if run.quick else FAULTS_NEEDED
    with own_folder(run.name) as folder, hall(folder) as our:
        done = blow(run, our, Storm("storm", needed, acked=0 if run.quick else ACKED_NEEDED, notices=True))
    tell(run, done, needed)
    _without_keys(run)
    _without_waiting_for_the_disk(run)


def tell(run: Run, done: Outcome, needed: int) -> None:
    """The counts of the storm, and its targets."""
    verdict = done.verdict
    run.count(
        faults=sum(done.faults.values()), by_kind=done.faults, restarts=done.restarts, acked=len(done.told),
        retried=sum(told.tries > 1 for told in done.told), replayed=sum(told.replayed for told in done.told),
        longest_answer_s=round(done.longest_s, 2), lost=len(verdict.lost), doubled=len(verdict.doubled),
        misled=len(verdict.misled), torn=verdict.torn, gaps=verdict.gaps, unfinished=done.unfinished,
        wrong_answers=len(done.wrong),
    )  # fmt: skip
    for name in KINDS:
        run.expect(f"a fault of the kind {name}", run.quick or done.faults.get(name, 0) > 0)
    run.expect(f"at least {needed} faults", sum(done.faults.values()) >= needed)
    run.expect(f"at least {ACKED_NEEDED} leads acknowledged", run.quick or len(done.told) >= ACKED_NEEDED)
    run.expect("0 acknowledged leads lost", not verdict.lost)
    run.expect("0 leads doubled", not verdict.doubled)
    run.expect("every lead under the ids it was told", not verdict.misled)
    run.expect("every lead whole: conversation, message, lead, outbox, request, client's key", verdict.torn == 0)
    run.expect("messages of a client numbered without a gap", verdict.gaps == 0)
    run.expect("every caller came to its 201 when the storm was over", done.unfinished == 0)
    run.expect("everything drained", done.left == 0)
    for wire, taken in done.sends.items():
        _tell_of(run, wire, taken, done.leads, done.dropped.get(wire, 0))
    run.expect(f"only 201, 409 and 503 were answered: {done.wrong[:3]}", not done.wrong)


def _tell_of(run: Run, wire: str, taken: list[Taken], leads: frozenset[str], dropped: int) -> None:
    """What left by mail, or by webhook; and that it would be noticed if a lead were not stored, or not told of."""
    sends = compare_sends(taken, leads)
    dropped_share = dropped / sends.sent if sends.sent else 0.0
    shares = {"repeated_share": round(sends.repeated_share, 4), "dropped_share": round(dropped_share, 4)}
    run.count(**{f"{wire}s": {**asdict(sends), **shares}})
    run.expect(f"{wire}: 0 phantom sends", sends.phantoms == 0)
    run.expect(f"{wire}: every lead's notice was sent", sends.missing == 0 and sends.sent > 0)
    run.expect(f"{wire}: every repeat bears the id of the first", sends.unstable == 0)
    run.expect(
        f"{wire}: at most {REPEATED_MOST:.0%} sent again beyond those whose answer was dropped",
        run.quick or sends.repeated_share <= dropped_share + REPEATED_MOST,
    )
    a_lead = run.chance(wire).choice(sorted(leads))
    run.control(f"{wire} of a lead that is not stored", caught=compare_sends(taken, leads - {a_lead}).phantoms == 1)
    others = [each for each in taken if each.lead != a_lead]
    run.control(f"{wire} of a lead that was not sent", caught=compare_sends(others, leads).missing == 1)


def _without_keys(run: Run) -> None:
    """The same callers, but nothing says that a retry is one."""
    with own_folder(run.name) as folder, hall(folder) as our:
        our.rows("update business set repeat_window_s = 0 returning uid")
        kinds = ("server", "terminate all")
        done = blow(run, our, Storm("no keys", CONTROL_FAULTS_AT_MOST, kinds, keyed=False, until_doubled=True))
    run.control(
        "no idempotency key",
        caught=bool(done.verdict.doubled),
        doubled=len(done.verdict.doubled),
        acked=len(done.told),
        faults=sum(done.faults.values()),
    )


def _without_waiting_for_the_disk(run: Run) -> None:
    with own_folder(run.name) as folder, hall(folder, settings=LAZY) as our:
        done = blow(run, our, Storm("no waiting", 3, ("postgres at once",)))
    run.control(
        "synchronous_commit off",
        caught=bool(done.verdict.lost),
        lost=len(done.verdict.lost),
        acked=len(done.told),
        faults=sum(done.faults.values()),
    )


def blow(run: Run, our: Hall, storm: Storm) -> Outcome:
    """Servers, callers and faults; then calm, and what is stored compared with what was told."""
    with ExitStack() as stack:
        wires = stack.enter_context(sinks(our.data.parent / "sinks", run.seed)) if storm.notices else None
        environment = {**wires.environment, **DISPATCHING} if wires else {}
        keeper = Keeper(our, SERVERS, WORKERS if wires else 0, environment)
        callers = [
            Caller(n, our.world, keeper.ports, run.chance((storm.name, n)), keyed=storm.keyed) for n in range(CALLERS)
        ]
        faults = Faults(
            our,
            keeper,
            run.chance((storm.name, "faults")),
            storm.kinds,
            lambda: sum(len(each.told) for each in callers),
            leads_between=LEADS_BETWEEN if storm.notices else 1,
        )
        unfinished, left = asyncio.run(_through(_Cast(run, our, storm, keeper, callers, faults, wires)))
        return _outcome(our, callers, faults, keeper, wires, unfinished=unfinished, left=left)


def _outcome(
    our: Hall, callers: list[Caller], faults: Faults, keeper: Keeper, wires: Sinks | None, *, unfinished: int, left: int
) -> Outcome:
    told = [each for caller in callers for each in caller.told]
    leads = {row["conversation_uid"] for row in our.rows("select conversation_uid from lead")}
    return Outcome(
        told=told,
        verdict=look_up(our, told),
        faults=dict(faults.done),
        restarts=keeper.restarts,
        unfinished=unfinished,
        wrong=[words for caller in callers for words in caller.wrong],
        longest_s=max(caller.longest_s for caller in callers),
        left=left,
        sends={"mail": wires.mails(), "webhook": wires.hooks()} if wires else {},
        leads=frozenset(leads),
        dropped=wires.dropped() if wires else {},
    )


@dataclass(frozen=True)
class _Cast:
    run: Run
    our: Hall
    storm: Storm
    keeper: Keeper
    callers: list[Caller]
    faults: Faults
    wires: Sinks | None

    def acked(self) -> int:
        return sum(len(caller.told) for caller in self.callers)

    def slow_down(self) -> None:
        """Enough leads came: the rest come slowly, so that a quick machine has not more to drain than others."""
        for caller in self.callers:
            caller.most_rest_s = REST_WHEN_ENOUGH_S


async def _through(cast: _Cast) -> tuple[int, int]:
    """The storm from its first server to its last notice: how many callers could not finish, and what was not sent."""
    keeper = cast.keeper
    if cast.wires:
        await asyncio.to_thread(an_owner, cast.our)
    try:
        await keeper.start()
        if cast.wires:
            await subscribe(cast.our, keeper.ports[0], cast.wires)
        working = [asyncio.create_task(caller.work(), name=f"caller {caller.number}") for caller in cast.callers]
        await _strike(cast)
        unfinished = await _calm(cast, working)
        return unfinished, await _drained(cast)
    finally:
        await keeper.stop()


async def _drained(cast: _Cast) -> int:
    """Everybody ends and begins anew, so that no lease is held by the living; then all that is due is sent."""
    if cast.wires is None:
        return 0
    await cast.keeper.stop()
    await cast.keeper.start()
    return await drain(cast.our, DRAINED_WITHIN_S, cast.run.say, leases_end=True)


async def _strike(cast: _Cast) -> None:
    """So many faults; on a slow machine more, until enough leads are acknowledged, but not for ever."""
    began, n = time.monotonic(), 0
    while n < cast.storm.faults or (cast.acked() < cast.storm.acked and n < FAULTS_MOST):
        await cast.faults.strike()
        n += 1
        if cast.storm.acked and cast.acked() >= ENOUGH_SHARE * cast.storm.acked:
            cast.slow_down()
        if n % 25 == 0:
            seconds = time.monotonic() - began
            cast.run.say(f"{cast.storm.name}: {n} faults, {cast.acked()} leads acknowledged in {seconds:.0f} s")
        if cast.storm.until_doubled and await cast.our.ask(DOUBLED):
            return


async def _calm(cast: _Cast, working: list[asyncio.Task[None]]) -> int:
    """Everybody finishes the lead at hand."""
    for caller in cast.callers:
        caller.ending = True
    _, late = await asyncio.wait(working, timeout=LAST_LEADS_WITHIN_S)
    for task in late:
        task.cancel()
    results = await asyncio.gather(*working, return_exceptions=True)
    for fault in {repr(result) for result in results if result is not None}:
        cast.run.say(f"a caller broke off: {fault}")
    return sum(result is not None for result in results)
