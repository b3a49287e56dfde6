"""`leadhall send-test email`: a real mail to a real server, or its words."""

from __future__ import annotations

import pytest

from tests.cli.beside import beside
from tests.notify.sink import sink


@pytest.fixture
def relay(run, monkeypatch):
    monkeypatch.setenv("LEADHALL_SECRET_KEY", "the key of this test")
    monkeypatch.setenv("LEADHALL_MAIL_FROM", "leads@host.example")

    def at(kept):
        monkeypatch.setenv("LEADHALL_SMTP_URL", f"smtp://127.0.0.1:{kept.port}?tls=none")

    return at


def test_a_relay_that_takes_it_is_named_with_its_words(run, relay):
    with beside(sink()) as kept:
        relay(kept)
        ran = run("send-test", "email", "me@example.com")

    assert (ran.code, len(kept.taken)) == (0, 1)
    assert "taken by smtp://127.0.0.1" in ran.err
    assert kept.taken[0].recipients == ["me@example.com"]


def test_a_relay_that_refuses_is_quoted(run, relay):
    with beside(sink(answers={"MAIL": "550 5.7.1 not you"})) as kept:
        relay(kept)
        ran = run("send-test", "email", "me@example.com")

    assert ran.code == 1
    assert "550 5.7.1 not you" in ran.err


def test_without_a_relay_it_says_what_to_set(run, relay):
    ran = run("send-test", "email", "me@example.com")

    assert ran.code == 1
    assert "LEADHALL_SMTP_URL" in ran.err


def test_what_is_no_address_is_wrong_usage(run):
    assert run("send-test", "email", "me").code == 2
