"""Deliveries on their way: claimed lane by lane, tried side by side, and what came of them written down in batches.

No timer between two of these: while one batch of verdicts is written, the next gathers.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import asyncpg
import structlog

from leadhall.core.ending import end
from leadhall.core.of_the_world import is_of_the_world
from leadhall.core.patience import Patience
from leadhall.core.waking import woken
from leadhall.dispatch.claim import LEASE_S, Claimed, claim, clock_of, put_back
from leadhall.dispatch.clock_watch import ClockWatch
from leadhall.dispatch.fanout import Made
from leadhall.dispatch.lanes import Lanes, Portion
from leadhall.dispatch.settle import Try, settle
from leadhall.dispatch.verdict import Stumbled, judge
from leadhall.events.delivery import Channel
from leadhall.events.outcome import Later, Outcome, Skipped

log = structlog.get_logger(__name__)

HELD_MOST = 1024
CLAIM_MOST = 256
LONGEST_TRY_S = 50.0
"""Channels have shorter limits of their own; this one keeps a broken one below the lease."""
BEGIN_WITHIN_S = 8.0
"""What waited longer in our hands is put back, so that a try never outlives its lease."""
AGAIN_AFTER_S = 1.0
BATCH_MOST = 200
MANY = 40
"""So many verdicts do not wait for those that are being written: a second writer takes them."""
END_WITHIN_S = 2.0


class Sender:
    """Tries what is due. `counts` are of what came of tries, by channel and state."""

    def __init__(self, pool: asyncpg.Pool, channels: Mapping[str, Channel], lanes: Lanes | None = None) -> None:
        self._pool = pool
        self._channels = channels
        self._lanes = Lanes() if lanes is None else lanes
        self._cannot_mark = False
        self._has_looked = False
        self._has_room: Callable[[], None] = lambda: None
        self._watch = ClockWatch(settle_s=LEASE_S)
        self._held_since: dict[tuple[int, str], float] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._tried: list[Try] = []
        self._was_tried = asyncio.Event()
        self._were_many = asyncio.Event()
        self._wake = asyncio.Event()
        self.counts: Counter[tuple[str, str]] = Counter()

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    # rows that are ours from their birth

    def when_room(self, tell: Callable[[], None]) -> None:
        """`tell` is called when there is room again."""
        self._has_room = tell

    def room(self) -> int:
        """For how many more calls there is room; 0 until half of what we may hold is through."""
        if self._cannot_mark or not self._has_looked or len(self._lanes) > HELD_MOST // 2:
            return 0
        return HELD_MOST - len(self._lanes)

    def portion(self) -> Portion:
        """What we begin of the rows of one batch of events, if it commits."""
        return self._lanes.portion(self.room())

    def made(self, made: Made) -> None:
        """Rows were made, and are committed: begin those that are ours, and look for the others."""
        self._hold(made.ours)
        self._start()
        if made.is_due:
            self.wake()

    async def run(self, *, poll_s: float = 1.0) -> None:
        """Send, for as long as the worker runs: when woken, when something came to its end, else every `poll_s`."""
        marking = [
            asyncio.create_task(self._mark_for_ever(self._was_tried, 1), name="marking"),
            asyncio.create_task(self._mark_for_ever(self._were_many, MANY), name="marking many"),
        ]
        try:
            while True:
                self._wake.clear()
                if await self.round() < CLAIM_MOST:
                    await woken(self._wake, within_s=poll_s)
        finally:
            for each in marking:
                await end(each, again_s=0.5)
            await self._end()

    async def round(self) -> int:
        """Claim once and start what may start; how many were claimed. A database that is away is waited for."""
        try:
            claimed = await self._claim()
            await self._return_late()
        except Exception as fault:
            if not is_of_the_world(fault):
                log.exception("deliveries could not be claimed")
            else:
                log.warning("deliveries cannot be claimed now", fault=type(fault).__name__)
            await asyncio.sleep(AGAIN_AFTER_S)
            return 0
        self._start()
        return claimed

    async def _claim(self) -> int:
        most = min(CLAIM_MOST, HELD_MOST - len(self._lanes))
        if most <= 0:
            return 0
        rooms, closed = self._lanes.rooms(), self._lanes.closed()
        async with self._pool.acquire() as connection:
            if self._watch.wants_look:
                self._watch.see(await clock_of(connection))
            rows = await claim(
                connection,
                rooms,
                {name: self._lanes.limits_of(name).at_once for name in self._channels},
                closed=closed,
                most=most,
                leases_before=self._watch.leases_before(),
            )
        self._lanes.were_claimed(rows, rooms, closed, most)
        self._has_looked = True
        self._hold(rows)
        return len(rows)

    def _hold(self, rows: Iterable[Claimed]) -> None:
        now = time.monotonic()
        for each in rows:
            self._held_since[each.key] = now
            self._lanes.add(each)

    async def _return_late(self) -> None:
        """Rows whose lane is slower than it was go back, for whoever may begin sooner."""
        late_before = time.monotonic() - BEGIN_WITHIN_S
        late = [each for each in self._lanes.waiting() if self._held_since[each.key] < late_before]
        for lane in {each.lane for each in late}:
            await self._put_back(self._lanes.take_back(lane))

    async def _put_back(self, rows: list[Claimed]) -> None:
        for each in rows:
            self._held_since.pop(each.key, None)
        if rows:
            async with self._pool.acquire() as connection:
                await put_back(connection, rows)

    def _start(self) -> None:
        if self._cannot_mark:
            return
        for claimed in self._lanes.startable():
            self._begin(claimed)

    def _begin(self, claimed: Claimed) -> None:
        task = asyncio.create_task(self._work_from(claimed))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _work_from(self, claimed: Claimed) -> None:
        """Try one, then whatever may begin because it came to its end: a task less for each."""
        following: Claimed | None = claimed
        while following is not None:
            await self._try(following)
            following = None if self._cannot_mark else self._lanes.next_after(following.lane)

    async def _try(self, claimed: Claimed) -> None:
        began = time.monotonic()
        came = await self._deliver(claimed)
        took_s = time.monotonic() - began
        self._lanes.done(claimed.lane, took_s)
        verdict = judge(claimed, came)
        self._lanes.tried(claimed.lane)
        self._tried.append(Try(verdict, None if verdict.outcome == "skipped" else int(took_s * 1000)))
        self._was_tried.set()
        if len(self._tried) >= MANY:
            self._were_many.set()

    async def _deliver(self, claimed: Claimed) -> Outcome | Stumbled:
        """What came of it: whatever a channel does wrong is a value too."""
        if claimed.is_suppressed:
            return Skipped(reason="suppressed", suppressed=True)
        delivery = claimed.delivery
        try:
            with Patience(LONGEST_TRY_S):
                return await self._channels[delivery.channel].deliver(delivery)
        except TimeoutError:
            return Later(answer=f"no end within {LONGEST_TRY_S:.0f} seconds")
        except Exception as fault:
            log.exception("a channel stumbled", channel=delivery.channel, kind=delivery.kind, delivery=delivery.uid)
            return Stumbled(f"We stumbled over it ourselves ({type(fault).__name__}); the operator's log tells more")

    # what came of them

    async def _mark_for_ever(self, tried: asyncio.Event, least: int) -> None:
        while True:
            await tried.wait()
            tried.clear()
            await self.mark(least)

    async def mark(self, least: int = 1) -> None:
        """Write down what came of all that was tried. While the database is away, verdicts are kept and tried again.

        Nothing new is begun meanwhile: were we killed now, all that is not written down would be sent twice.
        """
        while len(self._tried) >= least:
            batch, self._tried = self._tried[:BATCH_MOST], self._tried[BATCH_MOST:]
            try:
                await self._mark(batch)
            except asyncio.CancelledError:
                self._tried[:0] = batch  # for whoever marks last; what was written is not written twice
                raise
            except Exception as fault:
                if is_of_the_world(fault):
                    await self._wait_for_the_world(batch, fault)
                    continue
                log.exception("verdicts were refused", rows=len(batch))
                await self._mark_alone(batch)
            self._cannot_mark = False
            self._forget(batch)
        if not self._tried:
            self._cannot_mark = False

    async def _wait_for_the_world(self, batch: list[Try], fault: Exception) -> None:
        log.warning("verdicts cannot be written now", rows=len(batch), fault=type(fault).__name__)
        self._tried[:0] = batch
        self._cannot_mark = True
        self._let_go_of_lost()
        await asyncio.sleep(AGAIN_AFTER_S)

    async def _mark_alone(self, batch: list[Try]) -> None:
        """One by one: a verdict that cannot be written keeps no other from it; its row's lease ends by itself."""
        for each in batch:
            try:
                await self._mark([each])
            except Exception as fault:
                log.warning("a verdict is lost", delivery=each.verdict.claimed.delivery.uid, exc_info=fault)
                self._lanes.written(each.verdict.claimed.lane)

    async def _mark(self, batch: list[Try]) -> None:
        async with self._pool.acquire() as connection:
            await settle(connection, batch)
            for each in batch:
                self._lanes.written(each.verdict.claimed.lane)
            self._start()  # not only when the connection was given back
        for lane in {each.verdict.claimed.lane for each in batch if each.verdict.rests}:
            await self._put_back(self._lanes.take_back(lane))

    def _let_go_of_lost(self) -> None:
        """Those past their lease are somebody else's."""
        tried, self._tried = self._tried, []
        for each in tried:
            if self._is_still_ours(each):
                self._tried.append(each)
            else:
                self._lanes.written(each.verdict.claimed.lane)

    def _forget(self, batch: list[Try]) -> None:
        for each in batch:
            self._held_since.pop(each.verdict.claimed.key, None)
            self.counts[each.verdict.claimed.delivery.channel, each.verdict.state] += 1
        if self._lanes.is_behind:
            self.wake()
        if self.room():
            self._has_room()

    def _is_still_ours(self, tried: Try) -> bool:
        """Past its lease somebody else has the row, and our number no longer opens it."""
        return time.monotonic() - self._held_since.get(tried.verdict.claimed.key, 0.0) < LEASE_S

    async def _end(self) -> None:
        """What did not begin goes back at once; what is on its way has a few seconds, then its lease ends by itself."""
        try:
            await self._put_back(self._lanes.take_back())
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=END_WITHIN_S)
            for task in self._under_way:
                task.cancel()
            async with asyncio.timeout(AGAIN_AFTER_S):
                await self.mark()
        except Exception as fault:  # noqa: BLE001 - we stop; leases end by themselves
            log.warning("not all could be put back", fault=type(fault).__name__)
