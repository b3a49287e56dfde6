"""A real SMTP server that refuses, drops, hangs and lies: each ends in the outcome that names who is at fault."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import asynccontextmanager

import pytest

from leadhall.events.outcome import Later, Never, Sent
from leadhall.notify import relay
from leadhall.notify.relay import Envelope, Relay
from leadhall.notify.transport import MailTransport
from leadhall.notify.verdict import verdict
from tests.notify.sink import certificate, sink

MAIL = Envelope("leads@host.example", "ann@acme.example", b"Subject: Hello\r\n\r\nHello\r\n")


@pytest.fixture(scope="module")
def trusted(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("trusted"))


@asynccontextmanager
async def relay_to(kept, *, tls="none", context=None, username=None, password=None):
    made = Relay(
        MailTransport("127.0.0.1", kept.port, tls, username, password), context or ssl.create_default_context()
    )
    try:
        yield made
    finally:
        await made.close()


async def hand_over(mail=MAIL, *, tls="none", context=None, login=None, given=None, **told):
    """The outcome of one mail, and the sink."""
    server = {"context": told.pop("server", None)}
    async with (
        sink(tls=told.pop("offers", tls), login=login, **server, **told) as kept,
        relay_to(
            kept, tls=tls, context=context, username=(given or (None,))[0], password=(given or (0, None))[1]
        ) as to,
    ):
        return await to.hand_over(mail), kept


async def test_a_mail_that_is_taken_is_sent_and_not_called_delivered():
    outcome, kept = await hand_over()

    assert isinstance(outcome, Sent)
    assert (outcome.answer, outcome.delivered) == ("250 2.0.0 taken as 1", False)
    assert kept.taken[0].mail_from == "leads@host.example"
    assert kept.taken[0].recipients == ["ann@acme.example"]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_mail_goes_through_tls_to_a_server_whose_certificate_is_right(trusted, tls):
    outcome, kept = await hand_over(tls=tls, server=trusted[0], context=trusted[1])

    assert isinstance(outcome, Sent), outcome
    assert len(kept.taken) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_certificate_of_nobodys_gets_no_mail_and_is_the_senders_matter(trusted, tls):
    outcome, kept = await hand_over(tls=tls, server=trusted[0])

    assert isinstance(outcome, Later)
    assert outcome.fault_of == "sender"
    assert kept.taken == []


async def test_a_certificate_for_another_name_gets_no_mail(tmp_path):
    server, client = certificate(tmp_path, name="other.example")
    outcome, kept = await hand_over(tls="implicit", server=server, context=client)

    assert isinstance(outcome, Later)
    assert (outcome.fault_of, kept.taken) == ("sender", [])


async def test_starttls_that_was_stripped_gets_no_mail_and_no_password():
    outcome, kept = await hand_over(tls="starttls", offers="none", given=("me", "hunter22"))

    assert isinstance(outcome, Later)
    assert (outcome.fault_of, kept.asked) == ("sender", [])
    assert "STARTTLS" in outcome.answer


async def test_a_right_password_is_let_in_and_a_wrong_one_pauses_the_sender_and_nobody_else(trusted):
    safely = {"tls": "starttls", "server": trusted[0], "context": trusted[1], "login": ("me", "pw")}
    right, _ = await hand_over(**safely, given=("me", "pw"))
    wrong, kept = await hand_over(**safely, given=("me", "hunter22"))

    assert isinstance(right, Sent)
    assert isinstance(wrong, Later)
    assert (wrong.fault_of, kept.taken) == ("sender", [])
    assert "hunter22" not in wrong.answer


@pytest.mark.parametrize(("password", "outcome"), [("pw", Sent), ("hunter22", Later)])
async def test_a_greeting_logs_in_and_hands_nothing_over(trusted, password, outcome):
    async with (
        sink(tls="starttls", context=trusted[0], login=("me", "pw")) as kept,
        relay_to(kept, tls="starttls", context=trusted[1], username="me", password=password) as to,
    ):
        assert isinstance(await to.greet(), outcome)
        assert kept.asked == []


async def test_a_relay_that_refuses_connections_is_the_senders_matter():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    outcome = await Relay(MailTransport("127.0.0.1", port, "none"), ssl.create_default_context()).hand_over(MAIL)

    assert isinstance(outcome, Later)
    assert outcome.fault_of == "sender"
    assert outcome.answer.startswith("while connecting")


@pytest.mark.parametrize(
    ("step", "answer", "outcome"),
    [
        ("RCPT", "421 4.3.2 shutting down", (Later, "message")),
        ("RCPT", "450 4.2.1 greylisted", (Later, "message")),
        ("DATA", "451 4.3.0 try later", (Later, "message")),
        ("RCPT", "550 5.1.1 no such user", (Never, "recipient")),
        ("RCPT", "550 5.1.2 no such host", (Never, "recipient")),
        ("RCPT", "553 5.1.3 bad syntax", (Never, "recipient")),
        ("RCPT", "550 5.1.6 moved", (Never, "recipient")),
        ("RCPT", "550 5.1.10 null mx", (Never, "message")),
        ("RCPT", "550 no such user here", (Never, "message")),
        ("RCPT", "552 5.2.2 over quota", (Later, "message")),
        ("RCPT", "552 mailbox full", (Later, "message")),
        ("DATA", "552 5.3.4 too big", (Never, "message")),
        ("RCPT", "550 5.7.1 relaying denied", (Later, "sender")),
        ("DATA", "550 5.7.1 looks like spam", (Later, "sender")),
        ("DATA", "554 5.6.0 bad content", (Never, "message")),
        ("DATA", "550 5.1.1 said too late", (Never, "message")),
        ("MAIL", "550 5.1.8 bad sender", (Later, "sender")),
        ("MAIL", "451 4.1.8 domain of sender not found", (Later, "sender")),
    ],
)
async def test_who_is_at_fault_decides(step, answer, outcome):
    told, kept = await hand_over(answers={step: answer})

    assert (type(told), told.fault_of) == outcome
    assert told.answer == answer
    assert kept.taken == []


async def test_a_link_that_drops_after_data_is_tried_again():
    told, kept = await hand_over(drop="DATA")

    assert isinstance(told, Later)
    assert (told.fault_of, kept.taken) == ("message", [])


async def test_a_link_that_drops_before_the_final_250_is_tried_again_the_one_place_where_a_mail_may_double():
    told, kept = await hand_over(drop="TAKEN")

    assert isinstance(told, Later)
    assert len(kept.taken) == 1


@pytest.mark.parametrize(("step", "fault"), [("MAIL", "sender"), ("RCPT", "sender"), ("DATA", "message")])
async def test_a_tarpit_holds_us_no_longer_than_a_command_may_take(monkeypatch, step, fault):
    monkeypatch.setattr(relay, "COMMAND_WITHIN_S", 0.2)
    told, _ = await hand_over(hang=step)

    assert isinstance(told, Later)
    assert told.fault_of == fault
    assert "no answer in time" in told.answer


async def test_all_steps_together_end_in_time(monkeypatch):
    monkeypatch.setattr(relay, "TOTAL_WITHIN_S", 0.3)
    told, _ = await hand_over(hang="RCPT")

    assert isinstance(told, Later)


async def test_a_server_that_never_greets_is_given_up(monkeypatch):
    monkeypatch.setattr(relay, "CONNECT_WITHIN_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        transport = MailTransport("127.0.0.1", silent.getsockname()[1], "none")
        told = await Relay(transport, ssl.create_default_context()).hand_over(MAIL)

    assert isinstance(told, Later)
    assert told.fault_of == "sender"


def test_the_figures_stay_below_the_lease():
    assert (relay.CONNECT_WITHIN_S, relay.COMMAND_WITHIN_S, relay.TOTAL_WITHIN_S) == (10, 20, 45)


# connections


async def test_one_connection_carries_many_mails_also_after_a_refusal():
    answers = iter(["550 5.1.1 no such user"])
    async with sink(answers={"RCPT": lambda: next(answers, None)}) as kept, relay_to(kept) as to:
        outcomes = [type(await to.hand_over(MAIL)) for _ in range(3)]

    assert outcomes == [Never, Sent, Sent]
    assert kept.connections == 1


async def test_at_most_four_connections_are_open_at_once():
    async with sink() as kept, relay_to(kept) as to:
        outcomes = await asyncio.gather(*(to.hand_over(MAIL) for _ in range(20)))

    assert {type(outcome) for outcome in outcomes} == {Sent}
    assert kept.connections <= relay.CONNECTIONS_MOST


async def test_a_connection_that_the_relay_closed_meanwhile_costs_no_mail():
    async with sink() as kept, relay_to(kept) as to:
        await to.hand_over(MAIL)
        to._idle[0][1].transport.abort()
        outcome = await to.hand_over(MAIL)

    assert isinstance(outcome, Sent)
    assert kept.connections == 2


async def test_a_relay_that_says_it_closes_is_connected_anew():
    answers = iter(["421 4.3.2 closing"])
    async with sink(answers={"RCPT": lambda: next(answers, None)}) as kept, relay_to(kept) as to:
        outcomes = [type(await to.hand_over(MAIL)) for _ in range(2)]

    assert outcomes == [Later, Sent]
    assert kept.connections == 2


async def test_an_address_of_other_letters_needs_a_relay_that_takes_them():
    mail = Envelope("leads@host.example", "dána@acme.example", MAIL.message)
    outcome, kept = await hand_over(mail)

    assert isinstance(outcome, Sent)
    assert kept.taken[0].recipients == ["dána@acme.example"]


@pytest.mark.parametrize("message", ["5.1.1x no", "see RFC 5.1.1 there", "", "\x00\x1b[31m5.1.1"])
def test_an_enhanced_status_counts_only_where_it_belongs(message):
    told = verdict("recipient", 550, message)

    assert told.fault_of == "message"
    assert "\x1b" not in told.answer
    assert len(verdict("data", 550, "x" * 9000).answer) == 1024
