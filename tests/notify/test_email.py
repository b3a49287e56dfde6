"""The channel of mail on a real database and a real SMTP server."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from leadhall.events.outcome import Later, Never, Sent, Skipped
from leadhall.notify.captured import get_captured, list_captured
from leadhall.notify.compose import message_id
from leadhall.notify.email import EmailChannel
from leadhall.notify.mail_links import find_link
from leadhall.notify.profiles import MailProfile, Place, record_checks, set_profile
from leadhall.notify.reply_to import ReplyTo, read_reply_address
from leadhall.notify.return_path import ReturnPath, read_return_path
from leadhall.settings import Settings
from tests.notify.sink import sink
from tests.notify.stored import a_delivery, a_lead, a_message

SETTINGS = Settings(mail_from="Leadhall <leads@host.example>", public_url="https://leads.host.example")
INBOUND = replace(SETTINGS, inbound_domain="in.host.example")
ANN = "ann@acme.example"


@asynccontextmanager
async def channel(pool, key, settings=SETTINGS, *, sink_port=None):
    url = f"smtp://127.0.0.1:{sink_port}?tls=none" if sink_port else None
    made = EmailChannel(pool, key, replace(settings, smtp_url=url))
    try:
        yield made
    finally:
        await made.close()


async def delivered(pool, key, delivery, settings=SETTINGS, **told):
    """The outcome, and the mail that the sink took, read; None when it took none."""
    async with sink(**told) as kept, channel(pool, key, settings, sink_port=kept.port) as mail:
        outcome = await mail.deliver(delivery)
    taken = kept.taken[0] if kept.taken else None
    return outcome, taken, message_from_bytes(taken.content, policy=policy.default) if taken else None


def part(message, kind):
    return message.get_body((kind,)).get_content()


@pytest.fixture
async def lead(owner, world):
    return await a_lead(owner, world.first.id)


def a_notice(world, lead, **more):
    return a_delivery(world.first.id, "owner_notice", ANN, lead_uid=lead, staff_uid=world.first.owner, **more)


async def test_the_owner_is_told_of_a_lead(worker_pool, key, world, lead):
    outcome, taken, message = await delivered(worker_pool, key, a_notice(world, lead))

    assert isinstance(outcome, Sent)
    assert taken.recipients == [ANN]
    assert message["Subject"] == "Dana Levi: Kitchen"
    assert message["From"] == "Acme Plumbing via Agency <leads@host.example>"
    assert message["To"] == "Ann Owner <ann@acme.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    for told in ("From the fair", "Come soon", "Fair", "web", "Lead", "Agreed", "+1 415 555 0132", "dana@example.com"):
        assert told in part(message, "plain")
        assert told in part(message, "html")


async def test_without_inbound_answers_go_to_the_lead_and_a_button_says_it_was_answered(worker_pool, key, world, lead):
    _, taken, message = await delivered(worker_pool, key, a_notice(world, lead))
    button = next(line for line in part(message, "plain").splitlines() if line.startswith("I answered: "))
    link = await find_link(worker_pool, button.rpartition("/m/")[2])

    assert message["Reply-To"] == "dana@example.com"
    assert taken.mail_from == "leads@host.example"
    assert (link.act, link.staff_uid, link.conversation_uid) == ("answered", world.first.owner, lead)


async def test_with_inbound_answers_and_bounces_come_back_to_us(worker_pool, key, world, lead):
    delivery = a_notice(world, lead)
    _, taken, message = await delivered(worker_pool, key, delivery, INBOUND)

    assert read_reply_address(key, message["Reply-To"]) == ReplyTo("staff", world.first.id, lead)
    assert read_return_path(key, taken.mail_from) == ReturnPath(world.first.id, delivery.uid)
    assert "I answered" not in part(message, "plain")


async def test_a_second_try_carries_the_same_message_id(worker_pool, key, world, lead):
    delivery = a_notice(world, lead)
    ids = {(await delivered(worker_pool, key, delivery))[2]["Message-ID"] for _ in range(2)}

    assert len(ids) == 1


async def test_the_lead_is_thanked_by_the_business(worker_pool, key, world, lead):
    thanks = a_delivery(world.first.id, "auto_reply", "dana@example.com", lead_uid=lead)
    outcome, taken, message = await delivered(worker_pool, key, thanks, INBOUND)

    assert isinstance(outcome, Sent)
    assert taken.recipients == ["dana@example.com"]
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["List-Unsubscribe"] is None
    assert read_reply_address(key, message["Reply-To"]) == ReplyTo("lead", world.first.id, lead)
    assert "Hi Dana," in part(message, "plain")


@pytest.mark.parametrize(
    "address",
    [
        *("noreply@x.example", "No-Reply@x.example", "mailer-daemon@x.example", "postmaster@x.example"),
        *("abuse@x.example", "bounces+1@x.example", "list-bounces@x.example", "do_not_reply@x.example"),
    ],
)
async def test_no_machine_is_thanked(worker_pool, key, world, lead, address):
    outcome, taken, _ = await delivered(
        worker_pool, key, a_delivery(world.first.id, "auto_reply", address, lead_uid=lead)
    )

    assert (outcome, taken) == (Skipped(reason="no_reply_address"), None)


async def test_what_the_staff_write_reaches_the_lead_as_written_by_a_person(worker_pool, owner, key, world, lead):
    uid = await a_message(owner, world.first.id, lead, "We come on Monday.", staff_uid=world.first.owner)
    answer = a_delivery(world.first.id, "reply", "dana@example.com", lead_uid=lead, message_uid=uid)
    _, _, message = await delivered(worker_pool, key, answer)

    assert message["Subject"] == "Re: Kitchen"
    assert message["Auto-Submitted"] is None
    assert "We come on Monday." in part(message, "plain")
    assert "Ann Owner" in part(message, "plain")
    assert "From the fair" not in part(message, "plain")


async def test_an_answer_is_laid_beside_what_it_answers(worker_pool, owner, key, world, lead):
    for dedupe, kind, ago in ((f"{lead}:auto_reply:dana", "auto_reply", 60), (f"{lead}:late", "reply", -60)):
        await owner.execute(
            """insert into delivery (business_id, uid, dedupe, lead_uid, kind, channel, recipient, state, created_at)
               values ($1, $2, $2, $3, $4, 'email', 'x', 'accepted', now() - $5::int * interval '1 s')""",
            *(world.first.id, dedupe, lead, kind, ago),
        )
    theirs = await a_message(owner, world.first.id, lead, "And when?")
    evil = await a_message(owner, world.first.id, lead, "And who?")
    for uid, told in ((theirs, "<CAF+1@mail.example>"), (evil, "<x@y>\r\nBcc: <evil@x.example>")):
        await owner.execute("update message set external_id = $2, channels = '{email}' where uid = $1", uid, told)
    uid = await a_message(owner, world.first.id, lead, "We come on Monday.", staff_uid=world.first.owner)
    answer = a_delivery(world.first.id, "reply", "dana@example.com", lead_uid=lead, message_uid=uid)

    _, taken, message = await delivered(worker_pool, key, answer)

    [thanks, last] = message["References"].split()
    assert message["In-Reply-To"] == last == "<CAF+1@mail.example>"
    assert thanks == message_id(f"{lead}:auto_reply:dana", "host.example")
    assert (taken.recipients, message["Bcc"]) == (["dana@example.com"], None)


async def test_an_answer_of_the_lead_is_told_to_the_owner(worker_pool, owner, key, world, lead):
    uid = await a_message(owner, world.first.id, lead, "Any news?")
    delivery = a_delivery(
        world.first.id, "owner_notice", ANN, lead_uid=lead, message_uid=uid, staff_uid=world.first.owner
    )
    _, _, message = await delivered(worker_pool, key, delivery)

    assert message["Subject"] == "Dana Levi answered: Kitchen"
    assert "Any news?" in part(message, "plain")


LETTERS = [
    ("digest", {"count": 21}, "21 new leads for Acme Plumbing"),
    ("digest", {"count": 0, "answers": 2}, "2 answers for Acme Plumbing"),
    ("invitation", {"by": "Cal"}, "You are invited to Acme Plumbing"),
    ("sign_in", {"user_id": 1, "locale": "de"}, "Anmeldung bei Leadhall"),
    ("endpoint_off", {"url": "https://h.example"}, "Webhook switched off: https://h.example"),
    ("endpoint_failing", {"url": "https://h.example"}, "Webhook fails: https://h.example"),
    ("dead_token", {"token_uid": "t"}, "A dead token is still in use – Acme Plumbing"),
]


async def test_every_other_kind_of_letter_leaves(worker_pool, key, world):
    async with sink() as kept, channel(worker_pool, key, sink_port=kept.port) as mail:
        for kind, payload, _ in LETTERS:
            outcome = await mail.deliver(a_delivery(world.first.id, kind, ANN, **payload))
            assert isinstance(outcome, Sent), kind
    subjects = [message_from_bytes(each.content, policy=policy.default)["Subject"] for each in kept.taken]

    assert subjects == [subject for _, _, subject in LETTERS]


# verified first


async def unverify(owner):
    await owner.execute("update app_user set email_verified_at = null where email = $1", ANN)


async def test_an_address_nobody_confirmed_gets_the_question_in_place_of_the_notice(
    worker_pool, owner, key, world, lead
):
    await unverify(owner)
    outcome, _, message = await delivered(worker_pool, key, a_notice(world, lead))

    assert outcome == Skipped(reason="unverified")
    assert message["Subject"] == "Confirm your address for leads of Acme Plumbing"
    assert "Dana" not in message.as_string()
    assert "/m/lh_mail_" in part(message, "plain")


async def test_it_is_asked_once_a_day(worker_pool, owner, key, world, lead):
    await unverify(owner)
    await delivered(worker_pool, key, a_notice(world, lead))
    outcome, taken, _ = await delivered(worker_pool, key, a_notice(world, lead))

    assert (outcome, taken) == (Skipped(reason="unverified"), None)


async def test_a_question_that_did_not_leave_is_asked_again(worker_pool, owner, key, world, lead):
    await unverify(owner)
    first, _, _ = await delivered(worker_pool, key, a_notice(world, lead), answers={"RCPT": "450 4.2.1 later"})
    again, taken, _ = await delivered(worker_pool, key, a_notice(world, lead))

    assert isinstance(first, Later)
    assert again == Skipped(reason="unverified")
    assert taken is not None


async def test_who_left_the_team_is_told_nothing(worker_pool, owner, key, world, lead):
    await owner.execute("update staff set deleted_at = now() where uid = $1", world.first.owner)
    outcome, taken, _ = await delivered(worker_pool, key, a_notice(world, lead))

    assert (outcome, taken) == (Skipped(reason="gone"), None)


async def test_a_lead_of_another_business_is_not_told(worker_pool, owner, key, world):
    foreign = await a_lead(owner, world.outsider.business.id)
    outcome, taken, _ = await delivered(worker_pool, key, a_notice(world, foreign))

    assert (outcome, taken) == (Skipped(reason="gone"), None)


# senders


async def test_a_verified_business_writes_as_itself_signed(worker_pool, owner, key, world, lead):
    from leadhall.notify.dkim_key import new_key  # noqa: PLC0415 - one test

    place = Place(world.first.id)
    await set_profile(
        owner, key, place, MailProfile(from_address="desk@acme.example", selector="lh", dkim_key=new_key())
    )
    await record_checks(owner, place, [], verified=True)
    _, _, message = await delivered(worker_pool, key, a_notice(world, lead))

    assert message["From"] == "Acme Plumbing <desk@acme.example>"
    assert "d=acme.example" in message["DKIM-Signature"]
    assert message["Message-ID"].endswith("@acme.example>")


async def test_the_leads_address_never_stands_in_from(worker_pool, key, world, lead):
    for kind, recipient in (("owner_notice", ANN), ("auto_reply", "dana@example.com")):
        delivery = a_delivery(world.first.id, kind, recipient, lead_uid=lead, staff_uid=world.first.owner)
        _, taken, message = await delivered(worker_pool, key, delivery)
        assert "dana" not in message["From"].lower() + taken.mail_from


async def test_a_wrong_password_suppresses_nobody(worker_pool, key, world, lead):
    async with channel(worker_pool, key, SETTINGS) as mail:
        mail._senders._settings = replace(SETTINGS, smtp_url="smtp://me:wrong@127.0.0.1:1?tls=none")
        outcome = await mail.deliver(a_notice(world, lead))

    assert isinstance(outcome, Later)
    assert outcome.fault_of == "sender"


async def test_an_address_that_cannot_be_one_is_given_up_before_anybody_is_asked(worker_pool, key, world, lead):
    evil = a_delivery(world.first.id, "auto_reply", "a@b.example, evil@x.example", lead_uid=lead)
    outcome, taken, _ = await delivered(worker_pool, key, evil)

    assert isinstance(outcome, Never)
    assert (outcome.fault_of, taken) == ("recipient", None)


async def test_the_relay_and_the_sender_of_a_business_are_told(worker_pool, key, world):
    async with channel(worker_pool, key) as mail:
        assert await mail.sender_of(world.first.id) == "captured instance"


# captured


async def test_where_nothing_is_configured_mail_is_kept_and_not_called_sent(worker_pool, key, world, lead):
    async with channel(worker_pool, key) as mail:
        outcome = await mail.deliver(a_notice(world, lead))
    kept = (await list_captured(worker_pool))[0]

    assert outcome == Skipped(reason="captured")
    assert (kept.because, kept.subject, kept.lead_uid) == ("not_configured", "Dana Levi: Kitchen", lead)
    assert "Come soon" in kept.text
    assert (await get_captured(worker_pool, kept.uid)).message.startswith(b"From: ")


async def test_a_test_lead_is_kept_although_a_relay_is_there(worker_pool, owner, key, world):
    lead = await a_lead(owner, world.first.id, is_test=True)
    outcome, taken, _ = await delivered(worker_pool, key, a_notice(world, lead))

    assert (outcome, taken) == (Skipped(reason="captured"), None)
    assert (await list_captured(worker_pool))[0].because == "test"
