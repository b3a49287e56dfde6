"""Every document from the beginning of a look on is of one of its cells, whoever gave it its uid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhall.core.ids import LOW_BITS, UID_LENGTH, millisecond_of, spell
from leadhall.search.cells import CELL_MS, SOME_TIME, cell_of, looks

DAY_MS = 24 * 60 * 60 * 1000
YEAR_MS = 365 * DAY_MS
NOW_MS = 57 * YEAR_MS
ALL = {"below": None, "reached": "~", "again": None}
times = st.integers(0, NOW_MS)
ours = st.builds(lambda ms, low: spell(ms << LOW_BITS | low), times, st.integers(0, (1 << LOW_BITS) - 1))
lately = st.builds(lambda ago: spell(NOW_MS - ago << LOW_BITS), st.integers(0, YEAR_MS))
others = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=UID_LENGTH)
uids = ours | lately | others


@given(uid=uids, below=st.none() | uids, reached=uids, later_ms=st.integers(-CELL_MS, YEAR_MS))
def test_whatever_is_of_a_look_is_of_one_of_its_cells(uid, below, reached, later_ms):
    for look in looks(below=below, reached=reached, again=None, now_ms=NOW_MS + later_ms):
        if look.since <= uid and (below is None or uid < below):
            assert cell_of(uid, now_ms=NOW_MS) in look.cells


@given(below=st.none() | uids, reached=uids, again=st.none() | uids)
def test_looks_go_further_back_each_time_beyond_what_was_looked_at_and_not_to_what_tells_no_time_yet(
    below, reached, again
):
    begins = [look.since for look in looks(below=below, reached=reached, again=again, now_ms=NOW_MS)]

    assert begins == sorted(begins, reverse=True)
    assert all((again or "") <= since < reached for since in begins)


def test_a_look_is_at_the_last_weeks_and_the_next_at_the_last_half_year():
    ago = [NOW_MS - millisecond_of(look.since.ljust(UID_LENGTH, "0")) for look in looks(**ALL, now_ms=NOW_MS)]

    assert [round(each / DAY_MS) for each in ago] == pytest.approx([19, 193], abs=7)


def test_what_tells_no_time_is_of_some_time():
    assert [cell_of(uid, now_ms=NOW_MS) for uid in ("zk3aaaaaaaaaaaaa", "1i", "0", "oak")] == [SOME_TIME] * 4
