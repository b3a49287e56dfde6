"""Whose turn it is, when one came to its end."""

from types import SimpleNamespace

import pytest

from leadhall.dispatch.lanes import Lanes, Limits

WIDE = {"webhook": Limits(slots=64, at_once=2, unwritten=4)}
NARROW = {"webhook": Limits(slots=4, at_once=2)}  # one host may have one slot


def a_row(lane, n=0):
    return SimpleNamespace(lane=lane, n=n)


@pytest.fixture
def filled():
    def filled(limits, rows):
        lanes = Lanes(limits)
        for row in rows:
            lanes.add(row)
        return lanes, list(lanes.startable())

    return filled


def test_who_ended_makes_room_for_the_next_of_its_lane(filled):
    lanes, began = filled(WIDE, [a_row("webhook a 1", n) for n in range(4)])
    lanes.done("webhook a 1", 0.01)

    assert [row.n for row in began] == [0, 1]
    assert lanes.next_after("webhook a 1").n == 2
    assert lanes.next_after("webhook a 1") is None


def test_where_a_host_was_full_the_next_turn_is_anothers(filled):
    lanes, began = filled(
        NARROW, [a_row("webhook a 1"), a_row("webhook a 1", 1), a_row("webhook a 2"), a_row("webhook a 3")]
    )
    assert [row.lane for row in began] == ["webhook a 1"]
    turns = []
    for _ in range(3):
        lanes.done(began[-1].lane, 0.01)
        began.append(lanes.next_after(began[-1].lane))
        turns.append(began[-1].lane)

    assert turns == ["webhook a 2", "webhook a 3", "webhook a 1"]


def test_all_have_their_turn_without_another_look_at_all_lanes(filled):
    lanes, began = filled(NARROW, [a_row(f"webhook {host} {n}") for host in "abcde" for n in range(3)])
    ended = []
    while began:
        ended.append(began.pop(0).lane)
        lanes.done(ended[-1], 0.01)
        if following := lanes.next_after(ended[-1]):
            began.append(following)
        assert not list(lanes.startable())  # nobody waits for a slot that is free

    assert len(ended) == 15


def test_what_is_not_written_down_yet_keeps_its_lane_from_running_ahead(filled):
    lanes, began = filled(WIDE, [a_row("webhook a 1", n) for n in range(9)] + [a_row("webhook b 1")])
    assert [row.lane for row in began] == ["webhook a 1", "webhook b 1", "webhook a 1"]
    went = 2
    for _ in range(6):
        lanes.done("webhook a 1", 0.01)
        lanes.tried("webhook a 1")
        went += lanes.next_after("webhook a 1") is not None

    assert went == 6
    assert list(lanes.startable()) == []
    lanes.written("webhook a 1")
    assert [row.n for row in lanes.startable()] == [6]
