"""`leadhall captured`: what would have left, for people and for programs."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from leadhall.core.db import SCHEMA, speak_json
from leadhall.notify.captured import NewCaptured, capture

MAIL = NewCaptured(
    business_id=0,
    channel="email",
    kind="sign_in",
    sender="Leadhall <leads@host.example>",
    recipient="ann@acme.example",
    subject="Sign in",
    text="Hello\n\x1b[31mAnn",
    html="<p>Hello</p>",
    message=b"To: ann@acme.example\r\n\r\nHello",
    because="not_configured",
)


@pytest.fixture
def kept(database_url):
    async def keep():
        connection = await asyncpg.connect(
            database_url, server_settings={"search_path": SCHEMA, "role": "leadhall_owner"}
        )
        await speak_json(connection)
        uid = await capture(connection, MAIL)
        await connection.close()
        return uid

    return asyncio.run(keep())


def test_what_was_captured_is_listed(run, kept):
    listed = run("captured", "list", "--json").json

    assert (listed[0]["uid"], listed[0]["because"]) == (kept, "not_configured")


def test_a_mail_is_shown_whole_and_never_steers_the_terminal(run, kept):
    shown = run("captured", "show", kept)

    assert "Sign in" in shown.out
    assert "Hello\n\\x1b[31mAnn" in shown.out


def test_its_html_and_its_raw_form_can_be_had(run, kept):
    assert run("captured", "show", kept, "--html").out == "<p>Hello</p>\n"
    assert run("captured", "show", kept, "--raw").out.startswith("To: ann@acme.example")
    assert run("captured", "show", kept, "--json").json["text"] == MAIL.text


def test_what_was_not_captured_is_refused(run):
    assert run("captured", "show", "nothing").code == 1
