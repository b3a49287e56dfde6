import pytest

from leadhall.forms.suspicion import suspicions
from tests.forms.forms import FORM, typed

HONEST = {"name": "Dana", "email": "d@example.com", "message": "See https://example.org/plan"}


def reasons(content=HONEST, *, took_s=30.0, **how):
    posted = typed(content, **how)
    posted.filled_for_s = took_s
    return suspicions(FORM, posted)


def test_an_honest_form_is_let_through():
    assert reasons() == []


def test_a_plain_form_that_does_not_tell_its_time_is_let_through():
    assert reasons(took_s=None) == []


def test_a_form_of_our_own_page_is_let_through_whatever_pages_are_listed():
    assert reasons(origin="https://leads.example.com", is_ours=True) == []


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"content": {**HONEST, "_website": "https://spam.example"}}, "do not see"),
        ({"took_s": 0.4}, "within 0.4 seconds"),
        ({"took_s": "forged"}, "not ours"),
        ({"origin": "https://elsewhere.example"}, "https://elsewhere.example"),
        ({"origin": None}, "no page"),
        ({"content": {**HONEST, "name": "Dana www.spam.example"}}, "The name"),
        ({"content": {**HONEST, "message": "http://a http://b <a href=x>"}}, "3 links"),
    ],
)
def test_what_looks_like_a_machine_is_told_in_words(changed, word):
    (reason,) = reasons(**changed)

    assert word in reason
