"""A leap of the database's clock ends no lease."""

from datetime import UTC, datetime, timedelta

import pytest

from leadhall.dispatch.clock_watch import LEAP_S, LOOK_EVERY_S, ClockWatch

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Hands:
    """Our monotonic clock, moved by hand."""

    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def watch(hands):
    watch = ClockWatch(settle_s=60, clock=hands)
    watch.see(NOON)
    return watch


def test_leases_are_believed_as_long_as_both_clocks_agree(watch, hands):
    hands.now += 3600

    assert watch.leases_before() == NOON + timedelta(hours=1, seconds=LEAP_S)


def test_after_a_leap_of_a_day_the_old_reckoning_holds_for_a_minute(watch, hands):
    hands.now += 10
    watch.see(NOON + timedelta(days=1, seconds=10))
    assert watch.leases_before() < NOON + timedelta(hours=1)

    hands.now += 61
    watch.see(NOON + timedelta(days=1, seconds=71))
    assert watch.leases_before() == NOON + timedelta(days=1, seconds=71 + LEAP_S)


def test_a_clock_set_back_is_followed_at_once(watch, hands):
    hands.now += 10
    watch.see(NOON - timedelta(days=1))

    assert watch.leases_before() == NOON - timedelta(days=1) + timedelta(seconds=LEAP_S)


def test_it_looks_now_and_then(watch, hands):
    assert not watch.wants_look
    hands.now += LOOK_EVERY_S
    assert watch.wants_look
    assert ClockWatch(settle_s=60).wants_look
