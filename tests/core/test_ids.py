"""Uids: ordered, never repeated, whatever the clock does."""

import os
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhall.core.ids import ALPHABET, LOW_BITS, UID_LENGTH, Mint, millisecond_of, mint, spell

A_DAY_MS = 86_400_000
NOW_MS = 1_795_000_000_000


def minted_at(readings):
    """A mint whose clock shows these milliseconds, one a uid."""
    readings = iter(readings)
    return Mint(lambda: next(readings))


@given(st.lists(st.integers(-A_DAY_MS, A_DAY_MS), min_size=1, max_size=50))
def test_uids_only_grow_however_the_clock_jumps(jumps):
    a_mint = minted_at(NOW_MS + jump for jump in jumps)

    uids = [a_mint() for _ in jumps]

    assert uids == sorted(set(uids))


def test_within_a_millisecond_they_differ_and_are_ordered():
    a_mint = Mint(lambda: NOW_MS)

    uids = [a_mint() for _ in range(5000)]

    assert uids == sorted(set(uids))


def test_a_clock_set_back_by_a_day_never_repeats_what_it_gave():
    a_mint = minted_at([*range(NOW_MS, NOW_MS + 1000), *range(NOW_MS - A_DAY_MS, NOW_MS - A_DAY_MS + 1000)])

    uids = [a_mint() for _ in range(2000)]

    assert uids == sorted(set(uids))


@given(st.integers(0, (1 << 45) - 1))
def test_a_uid_discloses_its_millisecond(at):
    uid = Mint(lambda: at)()

    assert millisecond_of(uid) == at


@given(st.integers(0, (1 << 80) - 1))
def test_a_uid_is_16_small_letters_and_digits(number):
    uid = spell(number)

    assert len(uid) == UID_LENGTH
    assert set(uid) <= set(ALPHABET)


@given(st.integers(0, (1 << 80) - 1), st.integers(0, (1 << 80) - 1))
def test_uids_sort_as_their_numbers_do(one, other):
    assert (spell(one) < spell(other)) == (one < other)


def test_two_processes_start_at_different_places():
    starts = {Mint(lambda: NOW_MS)() for _ in range(100)}

    assert len(starts) == 100


def test_a_forked_process_mints_ids_of_its_own():
    mint()
    here, there = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the test runner has threads, this child touches none of them
        child = os.fork()
    if child == 0:
        os.write(there, "".join(mint() for _ in range(50)).encode())
        os._exit(0)
    mine = {mint()[-7:] for _ in range(50)}
    os.waitpid(child, 0)
    theirs = os.read(here, 50 * UID_LENGTH).decode()
    os.close(here)
    os.close(there)

    assert not mine & {theirs[at + 9 : at + UID_LENGTH] for at in range(0, len(theirs), UID_LENGTH)}


def test_a_millisecond_may_overflow_into_the_next():
    a_mint = Mint(lambda: NOW_MS)
    a_mint()
    a_mint._low = (1 << LOW_BITS) - 1

    assert millisecond_of(a_mint()) == NOW_MS + 1


@pytest.mark.parametrize("uid", ["ILOU", "-", "é"])
def test_what_is_none_of_ours_has_no_time(uid):
    with pytest.raises(ValueError, match="not found"):
        millisecond_of(uid)
