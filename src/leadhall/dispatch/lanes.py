"""Who may send how much at once, so that a slow receiver is waited for by nobody but itself. No clock, no I/O.

A lane is what shares a limit, a rest and a suppression: `email <sender>`, `sms <account>`, `webhook <host> <endpoint>`.
Its first two words are its group: all endpoints of one host are one receiver.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

from leadhall.dispatch.claim import Claimed

MOST_SHARE = 0.25
"""Of a channel's slots, for one group."""
LOOK_AHEAD_S = 0.25
"""What a lane is expected to send in this time may be claimed beforehand; so a brisk lane never waits for a claim."""
AHEAD_MOST = 64
PLACES_MOST = 4_096


@dataclass(frozen=True)
class Limits:
    """How many tries of a channel run at once in this process, and how many of those in one lane.

    `unwritten`: how many more of a lane may have ended and not be written down, which are sent twice when we are
    killed.
    """

    slots: int
    at_once: int
    unwritten: int = 16

    @cached_property
    def of_group(self) -> int:
        return max(1, int(self.slots * MOST_SHARE))


LIMITS = {"email": Limits(16, 4), "sms": Limits(16, 4), "webhook": Limits(64, 2, unwritten=2)}
OTHER = Limits(16, 4)


def channel_of(lane: str) -> str:
    return lane.partition(" ")[0]


def group_of(lane: str) -> str:
    return " ".join(lane.split(" ", 2)[:2])


@lru_cache(maxsize=4_096)
def lane_of_call(url: str, endpoint_id: int | None) -> str:
    """The lane of a webhook's calls."""
    return f"webhook {urlsplit(url).hostname or '-'} {endpoint_id}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lane belongs, and the limits of its channel."""

    channel: str
    group: str
    limits: Limits


class Lanes:
    """What was claimed and waits for its turn, and what is on its way."""

    def __init__(self, limits: Mapping[str, Limits] = LIMITS) -> None:
        self._limits = limits
        self._waiting: dict[str, deque[Claimed]] = {}
        self._busy: Counter[str] = Counter()
        self._busy_groups: Counter[str] = Counter()
        self._busy_channels: Counter[str] = Counter()
        self._unwritten: Counter[str] = Counter()
        self._pace_s: dict[str, float] = {}
        self._behind: set[str] | None = None
        self._places: dict[str, Place] = {}

    def __len__(self) -> int:
        """Rows we hold, waiting or on their way."""
        return self._busy.total() + sum(map(len, self._waiting.values()))

    @property
    def on_their_way(self) -> int:
        return self._busy.total()

    def limits_of(self, channel: str) -> Limits:
        return self._limits.get(channel, OTHER)

    def place_of(self, lane: str) -> Place:
        """Asked several times a delivery, so it is remembered."""
        place = self._places.get(lane)
        if place is None:
            if len(self._places) >= PLACES_MOST:
                self._places.clear()
            channel = channel_of(lane)
            place = self._places[lane] = Place(channel, group_of(lane), self.limits_of(channel))
        return place

    def waiting(self) -> Iterator[Claimed]:
        """What was claimed and did not begin."""
        for rows in self._waiting.values():
            yield from rows

    def add(self, claimed: Claimed) -> None:
        self._waiting.setdefault(claimed.lane, deque()).append(claimed)

    def startable(self) -> Iterator[Claimed]:
        """Those whose turn it is, one of each lane after the other; each counts as on its way from here on."""
        went = True
        while went:
            went = False
            for lane in list(self._waiting):
                if self._may_start(lane):
                    went = True
                    yield self._start(lane)

    def next_after(self, lane: str) -> Claimed | None:
        """The one that may begin because one of `lane` came to its end, if any; it counts as on its way.

        Asked after every delivery, so it looks no further than it must: only where a whole group or channel was full
        may another lane than this begin.
        """
        if not self._is_crowded(lane):
            return self._start(lane) if lane in self._waiting and self._may_start(lane) else None
        each = next((each for each in self._waiting if self._may_start(each)), None)
        return None if each is None else self._start(each)

    def _is_crowded(self, lane: str) -> bool:
        """Whether its group or channel was full until one of it ended."""
        place = self.place_of(lane)
        return (
            self._busy_groups.get(place.group, 0) + 1 >= place.limits.of_group
            or self._busy_channels.get(place.channel, 0) + 1 >= place.limits.slots
        )

    def _may_start(self, lane: str) -> bool:
        place, busy = self.place_of(lane), self._busy.get(lane, 0)
        limits = place.limits
        return (
            busy < limits.at_once
            and busy + self._unwritten.get(lane, 0) < limits.at_once + limits.unwritten
            and self._busy_groups.get(place.group, 0) < limits.of_group
            and self._busy_channels.get(place.channel, 0) < limits.slots
        )

    def _start(self, lane: str) -> Claimed:
        """Its turn was now, so its next comes after everybody's."""
        waiting = self._waiting.pop(lane)
        claimed = waiting.popleft()
        if waiting:
            self._waiting[lane] = waiting
        place = self.place_of(lane)
        self._busy[lane] += 1
        self._busy_groups[place.group] += 1
        self._busy_channels[place.channel] += 1
        return claimed

    def done(self, lane: str, took_s: float) -> None:
        """One of the lane came to its end."""
        place = self.place_of(lane)
        for counter, name in (
            (self._busy, lane),
            (self._busy_groups, place.group),
            (self._busy_channels, place.channel),
        ):
            counter[name] -= 1
            if not counter[name]:
                del counter[name]
        self._pace_s[lane] = 0.7 * self._pace_s.get(lane, took_s) + 0.3 * took_s
        if lane not in self._busy and lane not in self._waiting and len(self._pace_s) > AHEAD_MOST * 16:
            del self._pace_s[lane]

    def tried(self, lane: str) -> None:
        """What became of one is known, and not written down yet."""
        self._unwritten[lane] += 1

    def written(self, lane: str) -> None:
        """It is written down, or will never be."""
        self._unwritten[lane] -= 1
        if self._unwritten[lane] <= 0:
            del self._unwritten[lane]

    def take_back(self, lane: str | None = None) -> list[Claimed]:
        """What waits in a lane (None: in all) and shall not begin now."""
        lanes = list(self._waiting) if lane is None else [lane]
        return [claimed for each in lanes for claimed in self._waiting.pop(each, ())]

    def rooms(self) -> dict[str, int]:
        """How many more each lane in use may be given."""
        return {lane: self.room(lane) for lane in {*self._busy, *self._waiting}}

    def room(self, lane: str) -> int:
        """How many more a lane may be given."""
        limits = self.place_of(lane).limits
        pace_s = self._pace_s.get(lane)
        ahead = 0 if pace_s is None else min(AHEAD_MOST, int(limits.at_once * LOOK_AHEAD_S / max(pace_s, 1e-4)))
        return max(0, limits.at_once + ahead - self._busy[lane] - len(self._waiting.get(lane, ())))

    def were_claimed(self, rows: Sequence[Claimed], rooms: Mapping[str, int], closed: Sequence[str], most: int) -> None:
        """Learn from a claim which lanes have more due than they may be given: there older rows go first."""
        if len(rows) >= most:
            self._behind = None  # of those that it did not come to nothing is known
            return
        got = Counter(claimed.lane for claimed in rows)
        full = {lane for lane, count in got.items() if count >= rooms.get(lane, self.place_of(lane).limits.at_once)}
        unseen = {lane for lane in self._behind or () if rooms.get(lane, 1) <= 0 or self.place_of(lane).group in closed}
        self._behind = full | unseen

    @property
    def is_behind(self) -> bool:
        """Whether something may be due that was not claimed."""
        return self._behind is None or bool(self._behind)

    def portion(self, most: int) -> Portion:
        """What may be begun of rows that are being made."""
        return Portion(self, most, closed=frozenset(self.closed()))

    def may_have_more(self, lane: str) -> bool:
        """Whether rows of the lane may be due that we do not hold; they are older than one that is made now."""
        return self._behind is None or lane in self._behind

    def fall_behind(self, lane: str) -> None:
        """A row of it is made that we do not hold."""
        if self._behind is not None:
            self._behind.add(lane)

    def closed(self) -> list[str]:
        """Groups that have their share of the slots."""
        return [
            group
            for group, busy in self._busy_groups.items()
            if busy >= self.limits_of(channel_of(group)).of_group
            and sum(len(rows) for lane, rows in self._waiting.items() if self.place_of(lane).group == group) >= busy
        ]


class Portion:
    """What the sender takes of rows as they are made, beside what it holds: about `left` more."""

    def __init__(self, lanes: Lanes, most: int, closed: frozenset[str] = frozenset()) -> None:
        self._lanes = lanes
        self.left = most
        self._closed = closed
        self._rooms: dict[str, int] = {}

    def takes(self, lane: str) -> bool:
        """Whether this row is ours from its birth. One that is not falls behind those that are."""
        room = self._rooms.get(lane)
        if room is None:
            shut = self._lanes.may_have_more(lane) or self._lanes.place_of(lane).group in self._closed
            room = 0 if shut else self._lanes.room(lane)
        self._rooms[lane] = room - 1
        if room <= 0:
            self._lanes.fall_behind(lane)
            return False
        self.left -= 1
        return True
