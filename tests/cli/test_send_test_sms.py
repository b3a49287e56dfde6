"""`leadhall send-test sms`: a real post to the provider's double, or its words."""

from __future__ import annotations

import pytest

from tests.cli.beside import beside
from tests.notify.sms.double import NUMBER, SECRET, SID, provider


@pytest.fixture
def account(run, monkeypatch):
    monkeypatch.setenv("LEADHALL_SECRET_KEY", "the key of this test")

    def at(kept):
        told = {"URL": kept.url, "ACCOUNT_SID": SID, "AUTH_TOKEN": SECRET, "FROM": NUMBER}
        for name, value in told.items():
            monkeypatch.setenv(f"LEADHALL_TWILIO_{name}", value)

    return at


def test_a_provider_that_takes_it_is_named_with_its_words(run, account):
    with beside(provider()) as kept:
        account(kept)
        ran = run("send-test", "sms", "+14155550132")

    assert (ran.code, [text["To"] for text in kept.texts]) == (0, ["+14155550132"])
    assert f"from {NUMBER}" in ran.err


def test_a_provider_that_refuses_is_quoted(run, account):
    with beside(provider()) as kept:
        account(kept)
        kept.fails(400, 21606)
        ran = run("send-test", "sms", "+14155550132")

    assert ran.code == 1
    assert "21606" in ran.err


def test_without_an_account_it_says_what_to_set(run, account):
    ran = run("send-test", "sms", "+14155550132")

    assert ran.code == 1
    assert "LEADHALL_TWILIO_ACCOUNT_SID" in ran.err


def test_what_is_no_number_is_wrong_usage(run):
    assert run("send-test", "sms", "12").code == 2
