"""Doctor knocks at each way out and in, and sends nothing."""

from __future__ import annotations

import pytest

from leadhall.cli.doctor.ways import look_at_ways
from leadhall.settings import Settings
from tests.notify.sink import sink
from tests.notify.sms.double import NUMBER, SECRET, SID, provider


async def found(**settings):
    return {each.name: each for each in await look_at_ways(Settings(**settings))}


def texting(double, **more):
    told = {"twilio_url": double.url, "twilio_account_sid": SID, "twilio_auth_token": SECRET, "twilio_from": NUMBER}
    return told | more


async def test_where_nothing_is_set_it_says_that_all_is_captured():
    ways = await found()

    assert [ways[name].state for name in ("mail", "texts", "replies", "webhook guard")] == [
        "watch", "watch", "fine", "fine",
    ]  # fmt: skip
    assert "captured" in ways["mail"].found


async def test_a_relay_is_greeted_and_gets_no_mail():
    async with sink() as kept:
        url = f"smtp://127.0.0.1:{kept.port}?tls=none"
        told, unnamed = await found(smtp_url=url, mail_from="x@host.example"), await found(smtp_url=url)

    assert (told["mail"].state, unnamed["mail"].state, kept.asked) == ("fine", "watch", [])


async def test_a_relay_that_is_away_is_wrong():
    assert (await found(smtp_url="smtp://127.0.0.1:1?tls=none"))["mail"].state == "wrong"


async def test_an_account_is_asked_for_and_texts_nobody():
    async with provider() as double:
        right = (await found(**texting(double)))["texts"]
        wrong = (await found(**texting(double, twilio_auth_token="a guess")))["texts"]

    assert (right.state, wrong.state, double.asked) == ("fine", "wrong", [])
    assert "20003" in wrong.found


async def test_half_an_account_is_wrong():
    texts = (await found(twilio_account_sid=SID))["texts"]

    assert texts.state == "wrong"
    assert "LEADHALL_TWILIO_AUTH_TOKEN" in texts.remedy


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({"inbound_domain": "in.example"}, "wrong"),
        ({"inbound_domain": "in.example", "inbound_listen": ("127.0.0.1", 2525)}, "fine"),
        ({"inbound_listen": ("127.0.0.1", 2525)}, "wrong"),
        ({"inbound_domain": "in.example", "imap_url": "imap://u:p@127.0.0.1:1?tls=none"}, "wrong"),
    ],
    ids=str,
)
async def test_replies_that_nobody_takes_are_wrong(settings, state):
    assert (await found(**settings))["replies"].state == state


async def test_hosts_that_were_allowed_are_named():
    guard = (await found(webhook_allow=("10.0.0.0/8",)))["webhook guard"]

    assert (guard.state, "10.0.0.0/8" in guard.found) == ("watch", True)
