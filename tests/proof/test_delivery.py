"""The checker of the delivery proof: a repeat is explained by a pause of one of the two, or it is none."""

import pytest
from proof.delivery.checker import Pause, by_the_living
from proof.sinks import Taken

TWICE = [Taken("id", "lead", "one", 100.0), Taken("id", "lead", "two", 106.5)]


def test_two_that_lived_and_sent_the_same_mail_are_told():
    (words,) = by_the_living(TWICE, [], 6)

    assert words == "id by one and 6.50 s later by two"


@pytest.mark.parametrize(
    "pause",
    [
        Pause("one", 100.1, 110.0),  # before it could mark the row
        Pause("one", 100.0, float("inf")),  # killed
        Pause("two", 95.0, 106.4),  # it had taken the row before, and went on
    ],
)
def test_a_pause_of_one_of_them_explains_it(pause):
    assert by_the_living(TWICE, [pause], 6) == []


@pytest.mark.parametrize("pause", [Pause("one", 50.0, 60.0), Pause("three", 100.1, 110.0), Pause("two", 107.0, 110.0)])
def test_a_pause_of_another_or_at_another_time_does_not(pause):
    assert by_the_living(TWICE, [pause], 6)


def test_a_mail_that_came_once_is_well():
    assert by_the_living(TWICE[:1], [], 6) == []
