"""The checker of the crash proof: it sees a lost, a doubled, a misled, a torn lead and a gap."""

import pytest
from proof.crash import Outcome, tell
from proof.crash.callers import Told
from proof.crash.checker import Stored, Verdict, compare
from proof.crash.faults import KINDS
from proof.crash.sends import Sends, compare_sends
from proof.frame import Run
from proof.sinks import Taken, lead_of

TOLD = Told("Lead 1", "dana@example.com", "client", "conversation", "message")
STORED = Stored("Lead 1", "conversation", "client", "message", "dana@example.com")


WELL = Verdict([], [], [])


def test_a_lead_stored_once_as_told_is_well():
    assert compare([TOLD, TOLD], [STORED]) == WELL


def test_a_row_that_is_not_there_is_lost():
    assert compare([TOLD], []).lost == ["Lead 1"]


def test_two_conversations_of_one_lead_are_doubled_acknowledged_or_not():
    again = Stored("Lead 1", "other", "client", "message2", "dana@example.com")

    assert compare([], [STORED, again]).doubled == ["Lead 1"]


@pytest.mark.parametrize("wrong", ["client_uid", "conversation_uid", "message_uid", "email"])
def test_a_lead_under_other_ids_than_told_is_misled(wrong):
    row = {name: getattr(STORED, name) for name in Stored.__slots__} | {wrong: "another"}

    assert compare([TOLD], [Stored(**row)]).misled == ["Lead 1"]


def an_outcome(verdict=WELL, **more):
    given = {
        "leads": frozenset({"lead"}),
        "faults": dict.fromkeys(KINDS, 30),
        "restarts": 30,
        "unfinished": 0,
        "wrong": [],
        "longest_s": 0.3,
    }
    return Outcome(told=[TOLD] * 5_000, verdict=verdict, **(given | more))


def test_a_storm_that_harmed_nobody_misses_nothing(tmp_path):
    run = Run("crash", 7, tmp_path)
    tell(run, an_outcome(), 150)

    assert run.missed == []


@pytest.mark.parametrize(
    "harm",
    [
        {"verdict": Verdict(["Lead 1"], [], [])},
        {"verdict": Verdict([], ["Lead 1"], [])},
        {"verdict": Verdict([], [], ["Lead 1"])},
        {"verdict": Verdict([], [], [], torn=1)},
        {"verdict": Verdict([], [], [], gaps=1)},
        {"unfinished": 1},
        {"left": 1},
        {"sends": {"mail": [Taken("1", "lead"), Taken("2", "other")]}},
        {"sends": {"mail": []}},
        {"sends": {"mail": [Taken("1", "lead"), Taken("2", "lead")]}, "quick": True},
        {"wrong": ["500 oops"]},
        {"faults": dict.fromkeys(KINDS[1:], 40)},
    ],
)
def test_each_harm_misses_its_target(tmp_path, harm):
    run = Run("crash", 7, tmp_path, quick=harm.pop("quick", False))
    tell(run, an_outcome(**harm), 150)

    assert len(run.missed) == 1


def test_sends_are_compared_with_leads():
    taken = [Taken("a:1", "a"), Taken("a:1", "a"), Taken("b:1", "b"), Taken("b:2", "b"), Taken("x:1", "x")]

    assert compare_sends(taken, frozenset("abc")) == Sends(sent=5, phantoms=1, missing=1, repeated=2, unstable=1)


def test_a_mail_tells_its_lead_by_its_id():
    assert lead_of("\r\n <1m8ce1zpg5rdcv76-owner_notice-ann@host.example>") == "1m8ce1zpg5rdcv76"
