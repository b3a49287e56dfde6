import asyncio
import socket

import pytest

from leadhall.events.outcome import Later, Never, Sent
from leadhall.notify.senders import SmsSender
from leadhall.notify.sms.codes import fault_of
from leadhall.notify.sms.provider import Text
from leadhall.notify.sms.twilio import Twilio, outcome_of
from tests.notify.sms.double import NUMBER, SECRET, SID, Double

TEXT = Text(to="+14155550132", body="Hello – שלום", report_to="http://127.0.0.1/status")


@pytest.fixture
async def sender():
    twilio = Twilio(within_s=0.3)
    yield twilio
    await twilio.close()


def account(double, **more):
    whole = {"key": "instance", "url": double.url, "account_sid": SID, "auth_token": SECRET, "number": NUMBER,
             "messaging_service": None, "a2p_registered": False}  # fmt: skip
    return SmsSender(**whole | more)


async def test_a_text_goes_as_the_documented_form(twilio, sender):
    outcome = await sender.send(account(twilio), TEXT)

    assert twilio.texts == [
        {"To": "+14155550132", "Body": "Hello – שלום", "From": NUMBER, "StatusCallback": "http://127.0.0.1/status",
         "sid": outcome.facts["provider_uid"]}
    ]  # fmt: skip
    assert outcome == Sent(answer=f"queued {twilio.texts[0]['sid']}", facts={"provider_uid": twilio.texts[0]["sid"]})


async def test_a_messaging_service_sends_instead_of_a_number(twilio, sender):
    await sender.send(account(twilio, number=None, messaging_service="MG12"), Text(to="+14155550132", body="x"))

    assert twilio.asked == [{"To": "+14155550132", "Body": "x", "MessagingServiceSid": "MG12"}]


async def test_a_text_is_accepted_and_not_delivered_until_there_is_evidence(twilio, sender):
    assert not (await sender.send(account(twilio), TEXT)).delivered


@pytest.mark.parametrize(
    ("status", "code", "outcome", "at"),
    [
        (429, 20429, Later, "provider"),
        (429, None, Later, "provider"),
        (400, 21611, Later, "provider"),
        (500, 20500, Later, "message"),
        (503, None, Later, "message"),
        (401, 20003, Later, "sender"),
        (403, None, Later, "sender"),
        (404, 20404, Later, "sender"),
        (400, 21606, Later, "sender"),
        (400, 21408, Later, "sender"),
        (400, 21610, Never, "recipient"),
        (400, 21211, Never, "recipient"),
        (400, 21614, Never, "recipient"),
        (400, 21617, Never, "message"),
        (400, 99999, Never, "message"),
        (400, None, Never, "message"),
        (302, None, Later, "message"),
    ],
)
async def test_who_is_at_fault_decides(twilio, sender, *, status, code, outcome, at):
    twilio.fails(status, code)

    told = await sender.send(account(twilio), TEXT)

    assert (type(told), told.fault_of) == (outcome, at)
    assert str(status) in told.answer


@pytest.mark.parametrize(
    ("retry_after", "after_s"),
    [
        ("120", 120),
        ("999999999", None),
        ("99999999", 86400),
        ("Tue, 24 Nov 2026 00:00:00 GMT", None),
        ("-1", None),
        ("²", None),
    ],
)
async def test_what_the_provider_asks_to_wait_is_honoured_up_to_a_day(twilio, sender, retry_after, after_s):
    headers = {"Retry-After": retry_after} if retry_after.isascii() else {}
    twilio.fails(429, 20429, headers)

    assert (await sender.send(account(twilio), TEXT)).after_s == after_s


async def test_a_wrong_secret_pauses_the_sender_and_blames_nobody_else(twilio, sender):
    told = await sender.send(account(twilio, auth_token="wrong"), TEXT)

    assert told == Later(answer="401 20003: Authenticate", fault_of="sender")
    assert twilio.texts == []


async def test_a_provider_that_hangs_is_waited_for_no_longer_than_its_time(twilio, sender):
    twilio.hangs = asyncio.Event()

    assert await sender.send(account(twilio), TEXT) == Later(answer="the provider did not answer within 0.3 s")


async def test_a_provider_that_is_not_there_is_tried_again(sender):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

        told = await sender.send(account(Double(), url=url), TEXT)

    assert (type(told), told.fault_of) == (Later, "provider")


async def test_a_redirect_is_not_followed(twilio, sender):
    twilio.redirects(f"{twilio.url}/2010-04-01/Accounts/{SID}/Messages.json")

    assert isinstance(await sender.send(account(twilio), TEXT), Later)
    assert twilio.texts == []


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"sid": 1}', b"\xff", b"[" * 100_000, b"x" * 200_000])
async def test_an_answer_that_cannot_be_read_is_no_success(twilio, sender, body):
    twilio.answers(body)

    assert isinstance(await sender.send(account(twilio), TEXT), Later)


def test_a_text_refused_in_the_answer_that_creates_it_is_refused():
    body = b'{"sid": "SM1", "status": "failed", "error_code": 21610, "error_message": "unsubscribed"}'

    assert outcome_of(201, {}, body) == Never(answer="failed: 21610 unsubscribed", fault_of="recipient")


@pytest.mark.parametrize(
    ("code", "fault"), [(30006, "number"), (30007, "message"), (30034, "sender"), (30001, "provider")]
)
def test_codes_of_reports_tell_who_is_at_fault_too(code, fault):
    assert fault_of(code) == fault
