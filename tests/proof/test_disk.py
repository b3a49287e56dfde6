"""The targets of the proof of a full disk."""

from collections import Counter

import pytest
from proof.crash.callers import Told
from proof.disk import Found, _expect
from proof.frame import Run

TOLD = [Told("Lead 1", "a@example.com", "c", "v", "m")]


def found(**more):
    given = {"told": TOLD, "refused": Counter(storage_full=3), "reads": Counter({200: 9}), "well_after_s": 0.2}
    return Found(**(given | more))


def missed(tmp_path, place, **more):
    run = Run("disk", 7, tmp_path)
    _expect(run, place, found(**more))
    return run.missed


def test_refused_and_well_again_misses_nothing(tmp_path):
    assert missed(tmp_path, "tables") == []
    assert missed(tmp_path, "log", refused=Counter(unavailable=3), reads=Counter({503: 9})) == []


@pytest.mark.parametrize(
    "harm",
    [
        {"refused": Counter(unavailable=3)},
        {"reads": Counter({200: 9, 503: 1})},
        {"wrong": ["500 oops"]},
        {"lost": 1},
        {"longest_s": 11.0},
        {"well_after_s": float("inf")},
        {"told": []},
    ],
)
def test_each_harm_misses_its_target(tmp_path, harm):
    assert len(missed(tmp_path, "tables", **harm)) == 1
