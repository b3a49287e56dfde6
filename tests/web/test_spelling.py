import pytest

from leadhall.web.spelling import did_you_mean

KNOWN = ["email", "first_name", "last_name", "phone", "request_title"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("emial", "email"),
        ("firstName", "first_name"),
        ("First-Name", "first_name"),
        ("requesttitle", "request_title"),
        ("colour", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_a_slip_is_told_from_another_word(word, meant):
    assert did_you_mean(word, KNOWN) == meant
