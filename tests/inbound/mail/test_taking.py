"""A mail finds its place, on the real database: joined, relayed, corrected, kept as a machine's, or held; once."""

import asyncio

import pytest

from leadhall.core.ids import mint
from leadhall.core.secrets import InstanceKey
from leadhall.inbound.letters.authentic import Trust
from leadhall.inbound.mail.arrived import Arrived
from leadhall.inbound.mail.taking import AN_HOUR_MOST, MailIn
from leadhall.notify.reply_to import reply_address
from leadhall.notify.return_path import return_path
from tests.inbound.letters.written import Signer, a_mail, a_report
from tests.inbound.people import EMAIL, a_known_lead

DOMAIN = "in.example"
ANN = "Ann <ann@acme.example>"


@pytest.fixture(scope="module")
def acme():
    return Signer("acme.example")


@pytest.fixture
def mail_in(worker_pool, key, acme):
    return MailIn(worker_pool, key, DOMAIN, Trust(resolve=acme.resolve))


@pytest.fixture
async def dana(owner, world):
    known = await a_known_lead(owner, world.first.id)
    await owner.execute("""update lead set facts = '{"by": "email", "created": true, "notifications": ["email"]}'""")
    return known


def address(key, dana, role="lead"):
    return reply_address(key, DOMAIN, role=role, business_id=dana.business_id, conversation_uid=dana.conversation_uid)


@pytest.fixture
def answer(mail_in, key, dana):
    """`await answer("Monday is fine.")`: her answer comes in; its fate."""

    async def answer(text="Monday is fine.", *, role="lead", envelope_from=EMAIL, sign=None, **more):
        raw = a_mail(text, to=address(key, dana, role), **{"Message_ID": f"<{mint()}@home.example>"} | more)
        raw = sign(raw) if sign else raw
        [fate] = await mail_in.take(Arrived(raw=raw, to=(address(key, dana, role),), envelope_from=envelope_from))
        return fate

    return answer


async def messages(owner):
    return await owner.fetch("select * from message where kind <> 'api' order by uid")


async def reasons(owner):
    return [tuple(row) for row in await owner.fetch("select fate, reason from inbound order by uid")]


# an answer of the lead


async def test_a_leads_answer_joins_its_conversation_without_what_it_quotes(answer, owner, dana):
    assert await answer("Monday is fine.\n\nOn Mon, 3 Nov 2026, Acme wrote:\n> When?", Message_ID="<7@x>") == "message"

    [message] = await messages(owner)
    assert (message["conversation_uid"], message["direction"]) == (dana.conversation_uid, "client_to_business")
    assert (message["text"], message["channels"], message["external_id"]) == ("Monday is fine.", ["email"], "7@x")
    assert await owner.fetchval("select business_unread from conversation") == 1


async def test_subscribers_and_staff_hear_of_it_as_the_lead_asked(answer, owner, dana):
    await answer()

    facts = await owner.fetchval("select facts from outbox where kind = 'message'")
    assert facts["events"] == ["message/client_sent_message", "conversation_item/created"]
    assert facts["notify"] == ["email"]


async def test_a_mail_that_comes_five_times_at_once_is_there_once(answer, owner, dana):
    fates = await asyncio.gather(*(answer(Message_ID="<same@x>") for _ in range(5)))

    assert fates == ["message"] * 5
    assert len(await messages(owner)) == 1


async def test_one_without_a_message_id_is_known_by_all_that_it_says(answer, owner, dana):
    for _ in range(2):
        await answer("Monday", Message_ID=None)
    await answer("Tuesday", Message_ID=None)

    assert [row["text"] for row in await messages(owner)] == ["Monday", "Tuesday"]


async def test_files_are_named(answer, owner, dana):
    body = "--b\nContent-Disposition: attachment; filename=kitchen.jpg\n\nx\n--b--"
    assert await answer(body, Content_Type="multipart/mixed; boundary=b") == "message"

    [message] = await messages(owner)
    assert message["parts"] == [{"kind": "files", "names": ["kitchen.jpg"]}]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"sender": "eve@evil.example"}, "other_sender"),
        ({"From": ["dana@home.example", "eve@evil.example"]}, "other_sender"),
        ({"text": "\n\n"}, "empty"),
    ],
    ids=["somebody else", "two senders", "nothing in it"],
)
async def test_what_is_not_surely_the_leads_is_held_with_its_text(answer, owner, dana, more, reason):
    assert await answer(**more) == "held"

    assert await messages(owner) == []
    row = await owner.fetchrow("select fate, reason, conversation_uid, text, settled_at from inbound")
    assert (row["reason"], row["conversation_uid"], row["settled_at"]) == (reason, dana.conversation_uid, None)
    assert row["text"] == ("" if reason == "empty" else "Monday is fine.")


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}, {"envelope_from": ""}],
    ids=str,
)
async def test_what_a_machine_wrote_goes_nowhere(answer, owner, dana, headers):
    assert await answer(**headers) == "automatic"

    assert await messages(owner) == []
    assert await owner.fetchval("select count(*) from outbox where kind = 'message'") == 0


async def test_two_machines_that_answer_each_other_come_to_an_end(answer, owner, dana):
    fates = [await answer(f"Answer {n}") for n in range(AN_HOUR_MOST + 3)]

    assert fates == ["message"] * AN_HOUR_MOST + ["held"] * 3
    assert (await reasons(owner))[-1] == ("held", "too_many")


# an answer of staff


async def test_a_proven_answer_of_staff_goes_on_to_the_lead_and_stops_the_clock(answer, owner, world, dana, acme):
    assert await answer("We come at nine.", role="staff", sender=ANN, sign=acme.sign) == "relayed"

    [message] = await messages(owner)
    assert (message["text"], message["direction"], message["staff_uid"]) == (
        "We come at nine.", "business_to_client", world.first.owner,
    )  # fmt: skip
    facts = await owner.fetchval("select facts from outbox where kind = 'message'")
    assert (facts["channels"], facts["events"][0]) == (["email"], "message/business_sent_message")
    assert await owner.fetchval("select first_answered_at is not null from conversation")


async def test_a_lead_that_gave_a_number_alone_is_answered_by_text(answer, owner, dana, acme):
    await owner.execute("update lead set contact = contact - 'email'")
    await answer("We come at nine.", role="staff", sender=ANN, sign=acme.sign)

    assert (await owner.fetchval("select facts -> 'channels' from outbox where kind = 'message'")) == ["sms"]


async def test_a_from_of_staff_that_nothing_proves_is_held(answer, owner, dana):
    assert await answer("Send your card number", role="staff", sender=ANN) == "held"

    assert await reasons(owner) == [("held", "not_proven_staff")]
    assert await messages(owner) == []


async def test_a_proven_stranger_is_held_too(answer, owner, dana, acme):
    assert await answer(role="staff", sender="eve@acme.example", sign=acme.sign) == "held"


async def test_an_address_that_nobody_confirmed_is_held(answer, owner, dana, acme):
    await owner.execute("update app_user set email_verified_at = null")

    assert await answer(role="staff", sender=ANN, sign=acme.sign) == "held"


async def test_who_left_is_held(answer, owner, dana, acme):
    await owner.execute("update staff set deleted_at = now()")

    assert await answer(role="staff", sender=ANN, sign=acme.sign) == "held"


async def test_staff_of_another_business_is_held(answer, owner, world, dana, acme):
    await owner.execute("update app_user set email = 'ben@acme.example', email_key = 'ben@acme.example' "
                        "where email_key = 'ben@bright.example'")  # fmt: skip

    assert await answer(role="staff", sender="ben@acme.example", sign=acme.sign) == "held"


async def test_a_vacation_of_staff_is_not_told_to_the_lead(answer, owner, dana, acme):
    told = await answer(role="staff", sender=ANN, sign=acme.sign, Auto_Submitted="auto-replied")

    assert told == "automatic"


async def test_an_answer_too_long_to_send_is_held(answer, owner, dana, acme):
    assert await answer("x" * 17_000, role="staff", sender=ANN, sign=acme.sign) == "held"
    assert await reasons(owner) == [("held", "too_long")]


# reports


@pytest.fixture
async def sent(owner, dana):
    uid = mint()
    await owner.execute(
        "insert into delivery (business_id, uid, dedupe, lead_uid, kind, channel, recipient, recipient_key, lane, "
        "state, due_at) values ($1, $2, $2, $3, 'reply', 'email', $4, $4, 'email x instance', 'accepted', null)",
        *(dana.business_id, uid, dana.conversation_uid, EMAIL),
    )  # fmt: skip
    return uid


async def report(mail_in, key, dana, sent, raw):
    to = return_path(key, DOMAIN, business_id=dana.business_id, delivery_uid=sent)
    [fate] = await mail_in.take(Arrived(raw=raw, to=(to,), envelope_from=""))
    return fate


@pytest.mark.parametrize(
    ("told", "state", "is_closed"),
    [
        ({}, "failed", True),
        ({"status": "5.7.1", "words": "smtp; 550 5.7.1 spam"}, "failed", False),
        ({"status": "5.2.2", "words": "smtp; 552 5.2.2 full"}, "failed", False),
        ({"action": "delayed", "status": "4.4.1"}, "accepted", False),
        ({"action": "delivered", "status": "2.0.0"}, "delivered", False),
    ],
    ids=str,
)
async def test_a_report_corrects_the_log_and_only_no_such_address_closes_it(
    mail_in, owner, key, dana, sent, *, told, state, is_closed
):
    assert await report(mail_in, key, dana, sent, a_report(**told)) == "bounce"

    assert await owner.fetchval("select state from delivery") == state
    assert await owner.fetchval("select count(*) from suppression") == is_closed
    assert await owner.fetchval("select delivery_uid from inbound") == sent


async def test_a_report_told_twice_tells_once(mail_in, owner, key, dana, sent):
    for _ in range(2):
        await report(mail_in, key, dana, sent, a_report())

    assert await owner.fetchval("select count(*) from outbox where kind = 'missed'") == 1


async def test_a_vacation_that_answers_the_return_path_is_no_failure(mail_in, owner, key, dana, sent):
    vacation = a_mail("I am away.", Auto_Submitted="auto-replied")

    assert await report(mail_in, key, dana, sent, vacation) == "automatic"
    assert await owner.fetchval("select state from delivery") == "accepted"


async def test_a_return_path_of_another_key_corrects_nothing(mail_in, owner, dana, sent):
    other = InstanceKey(b"of another installation")
    assert await report(mail_in, other, dana, sent, a_report()) == "held"
    assert await owner.fetchval("select state from delivery") == "accepted"


# nobody's


async def test_a_mail_for_nobody_here_is_held_for_the_operator(mail_in, owner, world):
    [fate] = await mail_in.take(Arrived(raw=a_mail(to="hello@in.example")))

    assert fate == "held"
    assert tuple(await owner.fetchrow("select business_id, reason, text from inbound")) == (
        0, "unknown_address", "Monday is fine.",
    )  # fmt: skip


async def test_from_a_mailbox_the_address_is_found_in_the_headers(mail_in, owner, key, dana):
    raw = a_mail(to=f"Acme <{address(key, dana).upper()}>", Cc="other@elsewhere.example")

    assert await mail_in.take(Arrived(raw=raw)) == ["message"]


async def test_a_conversation_that_is_gone_holds_its_answer(answer, owner, dana):
    await owner.execute("delete from conversation")

    assert await answer() == "held"
    assert await reasons(owner) == [("held", "conversation_gone")]


async def test_what_nobody_can_read_is_held(mail_in, owner, key, dana):
    raw = b"X: " + b"a" * 200_000 + b"\r\n\r\n"
    [fate] = await mail_in.take(Arrived(raw=raw, to=(address(key, dana),), envelope_from=EMAIL))

    assert fate == "held"
