from datetime import timedelta

import pytest

from leadhall.core.secrets import InstanceKey
from leadhall.forms.stamp import FORGED, filled_for_s, stamp
from tests.forms.forms import NOON

KEY = InstanceKey(b"ours")


def test_a_stamp_tells_how_long_it_took():
    assert filled_for_s(KEY, "form", stamp(KEY, "form", NOON), NOON + timedelta(seconds=12.5)) == 12.5


@pytest.mark.parametrize("given", ["", "1.2", "zz.zz", stamp(InstanceKey(b"theirs"), "form", NOON), "ß.ß"])
def test_a_stamp_that_we_did_not_make_is_forged(given):
    assert filled_for_s(KEY, "form", given, NOON) == FORGED


def test_a_stamp_is_for_one_form():
    assert filled_for_s(KEY, "another", stamp(KEY, "form", NOON), NOON) == FORGED
