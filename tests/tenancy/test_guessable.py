"""Which passwords a guesser tries first."""

from itertools import islice

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from leadhall.tenancy.guessable import is_guessable


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "P4ssw0rd2024",
        "qwertyuiop",
        "1234567890",
        "aaaaaaaaaaaa",
        "trustno1trustno1",
        "iloveyou123",
        "ab" * 100,
    ],
)
async def test_a_password_that_is_guessed_among_the_first_is_refused(password):
    assert await is_guessable(password)


@pytest.mark.parametrize("password", ["correct horse battery", "Ein guter Satz 7", "k3jd92md0w"])
async def test_one_that_takes_longer_is_taken(password):
    assert not await is_guessable(password)


@pytest.mark.parametrize("password", ["olivia1985", "harbour-kitchens", "Harbour-Kitchens1", "o.kitchen@hk.example"])
async def test_what_is_known_of_the_person_is_guessed_first(password):
    about = ("o.kitchen@hk.example", "o@harbour-kitchens.example", "Olivia", None)

    assert await is_guessable(password, about)


async def test_three_thousand_common_passwords_are_refused():
    common = list(islice((each for each in FREQUENCY_LISTS["passwords"] if len(each) >= 8), 3_000))

    taken = [each for each in common if not await is_guessable(each)]
    assert len(common) == 3_000
    assert taken == []
