"""What a notice says in a language, and how far the history of its deliveries goes."""

import pytest

from leadhall.notify.templates.content import filled, in_locale, is_web_address
from leadhall.notify.templates.sent import history

TITLE = [
    {"locale": "en", "value": "Colour"},
    {"locale": "en_gb", "value": "Colours"},
    {"locale": "de", "value": "Farbe"},
]


@pytest.mark.parametrize(
    ("locale", "text"), [("en_gb", "Colours"), ("de", "Farbe"), ("he", "Colour"), ("en", "Colour")]
)
def test_a_text_is_told_in_its_locale_else_in_english(locale, text):
    assert in_locale(TITLE, locale) == text


def test_places_are_filled_once_and_unknown_ones_are_left_empty():
    content = {"email": {"main_text": "{{a}}, {{ b }} and {{c}}", "button": {"url": "https://x.example/{{a}}"}}}

    assert filled(content, "en", {"a": "{{b}}", "b": "two"}) == {
        "email": {"main_text": "{{b}}, two and ", "button": {"url": "https://x.example/{{b}}"}}
    }


@pytest.mark.parametrize("url", ["https://example.com/a?b=c", "http://localhost:8000"])
def test_a_button_leads_to_the_web(url):
    assert is_web_address(url)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "/app", "https://", "https://a b.example", "http://[", "x" * 1001]
)
def test_a_button_leads_nowhere_else(url):
    assert not is_web_address(url)


def a(channel, state, reason=None, put_off=0):
    return {"channel": channel, "state": state, "reason": reason, "put_off": put_off}


@pytest.mark.parametrize(
    ("deliveries", "email", "sms"),
    [
        ([], [], []),
        ([a("email", "waiting", put_off=2)], ["deferred", "deferred"], []),
        ([a("email", "accepted", put_off=1), a("sms", "sending")], ["deferred", "processed"], []),
        ([a("email", "delivered"), a("sms", "delivered")], ["processed", "delivered"], ["processed", "delivered"]),
        ([a("email", "failed", "bounced"), a("sms", "failed")], ["processed", "bounce"], ["failed"]),
        ([a("email", "skipped", "preference"), a("sms", "given_up")], ["dropped"], ["failed"]),
        ([a("email", "skipped", "captured"), a("sms", "suppressed")], ["dropped"], ["dropped"]),
    ],
)
def test_a_history_tells_no_more_than_its_deliveries_prove(deliveries, email, sms):
    assert history("email", deliveries) == ["in_process", *email]
    assert history("sms", deliveries) == ["in_process", *sms]
