"""Texts come in by signed calls: joined, begun, obeyed or held; told twice, there once; unsigned, nobody's."""

import asyncio
from urllib.parse import urlencode

import pytest

from leadhall.core.ids import mint
from leadhall.notify.profiles import Place, SmsProfile, set_profile
from leadhall.notify.sms.signature import sign
from leadhall.notify.sms.threads import TextThread, remember
from tests.inbound.people import NUMBER, a_known_lead, consent, consents
from tests.notify.sms.double import NUMBER as OURS
from tests.notify.sms.double import SECRET, SID
from tests.web.conftest import with_settings

URL = "https://leads.example.com"
OTHER_SID, OTHER_SECRET, OTHER_NUMBER = "AC" + "9" * 32, "the rivals' secret", "+15005550009"
NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
pytestmark = with_settings(public_url=URL, twilio_account_sid=SID, twilio_auth_token=SECRET, twilio_from=OURS)


@pytest.fixture
def texted(ask):
    """`await texted("Hello")`: the provider tells us of a text; the answer."""

    async def texted(body, *, theirs=NUMBER, to=OURS, sid=None, account=SID, secret=SECRET, **more):
        form = {"MessageSid": sid or mint(), "AccountSid": account, "From": theirs, "To": to, "Body": body, **more}
        return await called(ask, "/sms/inbound", form, secret)

    return texted


async def called(ask, path, form, secret):
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": sign(secret, URL + path, form.items()),
    }
    return await ask.post(path, headers=headers, body=urlencode(form).encode())


@pytest.fixture
async def dana(owner, world):
    """Her lead asked for mail to the owner, and she was texted about it."""
    known = await a_known_lead(owner, world.first.id)
    await owner.execute("""update lead set facts = '{"by": "email", "created": true, "notifications": ["email"]}'""")
    await speaks(owner, known)
    return known


async def speaks(owner, known, ours=OURS):
    await remember(owner, TextThread(known.business_id, known.conversation_uid), ours=ours, theirs=NUMBER)


async def messages(owner):
    return await owner.fetch("select * from message where text is not null order by uid")


async def fates(owner):
    return [tuple(row) for row in await owner.fetch("select business_id, fate from inbound order by uid")]


# a message


async def test_a_text_joins_the_conversation_the_pair_speaks_in(texted, owner, dana):
    told = await texted("Monday is fine")

    assert (told.status, told.content.decode()) == (200, NOTHING)
    [message] = await messages(owner)
    assert (message["conversation_uid"], message["text"], message["direction"]) == (
        dana.conversation_uid, "Monday is fine", "client_to_business",
    )  # fmt: skip
    assert (message["revision"], message["channels"]) == (2, ["sms"])
    thread = await owner.fetchrow("select business_unread, last_client_action, archived_at from conversation")
    assert tuple(thread) == (1, "message", None)


async def test_subscribers_and_staff_hear_of_it_as_the_lead_asked(texted, owner, dana):
    await texted("Monday is fine")

    facts = await owner.fetchval("select facts from outbox where kind = 'message'")
    assert facts["events"] == ["message/client_sent_message", "conversation_item/created"]
    assert (facts["notify"], facts["client_revision"]) == (["email"], 2)


async def test_who_texts_may_be_answered_by_text(texted, owner, dana):
    await texted("Monday is fine")

    assert await consents(owner, dana) == [("transactional", True, "intake")]


async def test_the_newest_conversation_of_the_pair_takes_it(texted, owner, world, dana):
    newer = await a_known_lead(owner, world.first.id, email=None)
    await speaks(owner, newer)
    await texted("Monday is fine")

    assert [row["conversation_uid"] for row in await messages(owner)] == [newer.conversation_uid]


async def test_a_text_told_five_times_at_once_is_there_once(texted, owner, dana):
    told = await asyncio.gather(*(texted("Monday is fine", sid="SM7") for _ in range(5)))

    assert [each.status for each in told] == [200] * 5
    assert len(await messages(owner)) == 1
    assert await owner.fetchval("select business_unread from conversation") == 1


# a lead


async def test_a_text_of_somebody_new_becomes_a_lead_of_the_business_with_that_number(texted, owner, key, world):
    await set_profile(owner, key, Place(world.second.id, 0), SmsProfile(number=OTHER_NUMBER))
    told = await texted("Do you pull teeth on Sundays?", to=OTHER_NUMBER)

    assert told.status == 200
    lead = await owner.fetchrow(
        "select l.business_id, l.operation, l.contact, c.title, c.source, k.phone_e164 "
        "from lead l join conversation c on c.uid = l.conversation_uid join client k on k.uid = l.client_uid"
    )
    assert lead["business_id"] == world.second.id
    assert (lead["title"], lead["source"], lead["phone_e164"]) == ("Do you pull teeth on Sundays?", "sms", NUMBER)
    assert lead["contact"] == {"phone": NUMBER, "phone_e164": NUMBER}
    assert await fates(owner) == [(world.second.id, "lead")]
    assert await owner.fetchval("select value from consent where channel = 'sms'")


async def test_the_next_text_belongs_to_that_lead(texted, owner, key, world):
    await set_profile(owner, key, Place(world.second.id, 0), SmsProfile(number=OTHER_NUMBER))
    await texted("Do you pull teeth on Sundays?", to=OTHER_NUMBER)
    await texted("Or on Mondays?", to=OTHER_NUMBER)

    assert await owner.fetchval("select count(*) from lead") == 1
    assert [row["text"] for row in await messages(owner)] == ["Or on Mondays?"]


async def test_a_lead_told_five_times_at_once_is_one(texted, owner, key, world):
    await set_profile(owner, key, Place(world.second.id, 0), SmsProfile(number=OTHER_NUMBER))
    told = await asyncio.gather(*(texted("Hello", to=OTHER_NUMBER, sid="SM8") for _ in range(5)))

    assert [each.status for each in told] == [200] * 5
    assert await owner.fetchval("select count(*) from lead") == 1
    assert await fates(owner) == [(world.second.id, "lead")]


async def test_a_number_that_many_share_and_nobody_knows_is_held_for_the_operator(texted, owner, world):
    assert (await texted("Hello")).status == 200

    assert await owner.fetchval("select count(*) from lead") == 0
    row = await owner.fetchrow("select business_id, fate, reason, text from inbound")
    assert tuple(row) == (0, "held", "shared_number", "Hello")


async def test_it_is_held_under_the_name_by_which_a_directory_texts(texted, owner, key, world):
    account = SmsProfile(account_sid=OTHER_SID, auth_token=OTHER_SECRET, messaging_service="MG7")
    await set_profile(owner, key, Place(0, world.directory.id), account)
    signed = {"account": OTHER_SID, "secret": OTHER_SECRET}
    await texted("Hello", to=OTHER_NUMBER, MessagingServiceSid="MG7", **signed)

    row = await owner.fetchrow("select reason, recipient, directory_of_nobodys(reason, recipient, at) from inbound")
    assert tuple(row) == ("shared_number", "MG7", world.directory.id)


async def test_of_many_who_share_a_number_the_one_that_knows_the_person_gets_the_lead(texted, owner, world, dana):
    await owner.execute("delete from text_thread")
    await texted("Hello again")

    assert await owner.fetchval("select business_id from lead where operation = 'receive_text'") == world.first.id


# commands


async def test_a_stop_is_recorded_confirmed_once_and_is_no_message(texted, owner, dana):
    first, again = await texted("STOP"), await texted("stop")

    assert "<Message>Acme Plumbing: you will get no more texts from us." in first.content.decode()
    assert again.content.decode() == NOTHING  # two machines would go on for ever
    assert ("marketing", False, "stop") in await consents(owner, dana)
    assert await messages(owner) == []
    assert [fate for _, fate in await fates(owner)] == ["stop", "stop"]


async def test_a_stop_holds_for_every_business_that_shares_the_number(texted, owner, world, dana):
    other = await a_known_lead(owner, world.second.id)
    await speaks(owner, other)
    await texted("unsubscribe")

    assert ("transactional", False, "stop") in await consents(owner, dana)
    assert ("transactional", False, "stop") in await consents(owner, other)


async def test_start_brings_texts_about_their_requests_back_and_no_marketing(texted, owner, dana):
    await consent(owner, dana, value=False, act="stop")
    told = await texted("start")

    assert "you get our texts again" in told.content.decode()
    assert await consents(owner, dana) == [("transactional", False, "stop"), ("transactional", True, "start")]


async def test_help_says_who_we_are_once_a_day(texted, owner, dana):
    first, again = await texted("HELP"), await texted("HELP")

    assert "Acme Plumbing: we text you about what you asked us." in first.content.decode()
    assert again.content.decode() == NOTHING
    assert await consents(owner, dana) == []


async def test_where_the_provider_answers_we_do_not(texted, owner, dana):
    told = await texted("STOP", OptOutType="STOP")

    assert told.content.decode() == NOTHING
    assert ("transactional", False, "stop") in await consents(owner, dana)


# whose call it is


@pytest.mark.parametrize(
    "more",
    [
        {"secret": "a guess"},
        {"account": "AC" + "1" * 32},
        {"account": ""},
        {"account": "AC\x00"},
        {"account": OTHER_SID},
    ],
    ids=str,
)
async def test_a_call_that_nobody_of_ours_signed_is_nobodys(texted, owner, dana, more):
    told = await texted("Hello", **more)

    assert (told.status, told.json["errors"][0]["code"]) == (401, "unauthorized")
    assert await messages(owner) == []


async def test_who_has_an_account_of_their_own_cannot_speak_on_anothers_number(texted, owner, key, world, dana):
    rivals = SmsProfile(account_sid=OTHER_SID, auth_token=OTHER_SECRET, number=OTHER_NUMBER)
    await set_profile(owner, key, Place(world.outsider.business.id, 0), rivals)
    told = await texted("Forged", account=OTHER_SID, secret=OTHER_SECRET)

    assert told.status == 200  # a true signature, of somebody to whom this number is nothing
    assert await messages(owner) == []
    assert await fates(owner) == [(0, "held")]
    assert await owner.fetchval("select reason from inbound") == "unknown_number"


async def test_the_address_that_was_signed_is_the_public_one(ask, owner, dana):
    form = {"MessageSid": "SM9", "AccountSid": SID, "From": NUMBER, "To": OURS, "Body": "Hello"}
    signature = sign(SECRET, "https://elsewhere.example/sms/inbound", form.items())
    told = await ask.post("/sms/inbound", headers={"x-twilio-signature": signature}, body=urlencode(form).encode())

    assert told.status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"\xff\xfe", 400), (b"From=%ff", 400), (b"&".join(b"a%d=1" % n for n in range(201)), 400), (b"a" * 70_000, 413)],
    ids=["not UTF-8", "not UTF-8, encoded", "too many fields", "too large"],
)
async def test_what_is_no_form_is_refused(ask, body, status):
    assert (await ask.post("/sms/inbound", body=body)).status == status


async def test_a_form_that_is_no_text_names_its_faults(texted):
    told = await texted("Hello", theirs="32665")

    assert (told.status, told.json["errors"][0]["field"]) == (422, "From")


# reports


async def test_a_report_moves_the_delivery_it_was_signed_for(ask, owner, world, dana):
    uid = mint()
    await owner.execute(
        "insert into delivery (business_id, uid, dedupe, kind, channel, recipient, state, due_at) "
        "values ($1, $2, $2, 'reply', 'sms', $3, 'accepted', null)",
        *(world.first.id, uid, NUMBER),
    )
    path, form = f"/sms/status/{world.first.id}/{uid}", {"MessageSid": "SM1", "MessageStatus": "delivered"}
    forged = await called(ask, path, form, "a guess")
    before = await owner.fetchval("select state from delivery")
    told = await called(ask, path, form, SECRET)

    assert (forged.status, before) == (401, "accepted")
    assert (told.status, await owner.fetchval("select state from delivery")) == (200, "delivered")


@pytest.mark.parametrize("path", ["/sms/status/x/0m5x4kq2v7d3h8dv", "/sms/status/1/a-b", f"/sms/status/{'9' * 19}/a"])
async def test_a_report_about_nothing_is_404(ask, path):
    assert (await called(ask, path, {"MessageSid": "SM1"}, SECRET)).status == 404
