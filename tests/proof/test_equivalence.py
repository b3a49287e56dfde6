"""The search for a counterexample: it finds one, and what is to be sabotaged is still there."""

import pytest
from hypothesis import strategies as st
from proof.equivalence import SEQUENCES, WAYS
from proof.equivalence.batches import merges
from proof.equivalence.sabotage import SABOTAGES, WRITE
from proof.equivalence.searching import Way, search

from leadhall.app import FUNCTIONS


class Small(Way):
    """Breaks when a sequence holds a 7."""

    sequences = st.lists(st.integers(0, 9), max_size=30)
    breaks_on = 7

    async def open(self):
        self.saw("opened")

    async def close(self):
        self.saw("closed")

    async def come(self, drawn):
        self.steps += len(drawn)
        assert self.breaks_on not in drawn


class Never(Small):
    breaks_on = 10


def test_a_counterexample_is_found_and_made_small():
    found = search(Small({}), 200, seed=7, shrink=True)

    assert found.counterexample.endswith("after [7]")
    assert found.seen == {"opened": 1, "closed": 1}


def test_what_holds_is_tried_as_often_as_asked():
    found = search(Never({}), 200, seed=7, shrink=True)

    assert (found.sequences, found.counterexample) == (200, None)
    assert found.steps > 200


def test_the_ways_together_make_two_thousand_sequences():
    assert sum(SEQUENCES.values()) >= 2_000
    assert set(SEQUENCES) == set(WAYS)


def test_two_batches_may_merge_in_every_order_that_keeps_theirs():
    assert sorted("".join(order) for order in merges("ab", "c")) == ["abc", "acb", "cab"]


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda each: each.name)
def test_what_a_sabotage_swaps_is_there_once(sabotage):
    (write,) = (file for file in FUNCTIONS if file.name == WRITE)

    assert [write.text.count(there) for there, _ in sabotage.swaps] == [1] * len(sabotage.swaps)
    assert sabotage.way in WAYS
