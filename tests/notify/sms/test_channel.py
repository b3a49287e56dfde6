"""The channel of texts against the provider's double and the real database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from leadhall.clients.consent import ConsentRecord, in_effect
from leadhall.clients.stops import record_stop
from leadhall.core.ids import mint
from leadhall.events.outcome import Later, Never, Sent, Skipped
from leadhall.notify.profiles import Place, SmsProfile, set_profile
from leadhall.notify.sms import SmsChannel, channel
from leadhall.notify.verification import PURPOSE
from leadhall.settings import Settings
from tests.inbound.people import NUMBER, a_known_lead, consent, consents
from tests.notify.sms.deliveries import a_notice, a_reply, a_text
from tests.notify.sms.double import NUMBER as OURS
from tests.notify.sms.double import SECRET, SID

PUBLIC = "http://127.0.0.1:8999"
ISRAELI = "+972501234567"
NOON_IN_OAKLAND = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


@pytest.fixture
def settings(twilio):
    return Settings(
        twilio_url=twilio.url, twilio_account_sid=SID, twilio_auth_token=SECRET, twilio_from=OURS, public_url=PUBLIC
    )


@pytest.fixture
async def sms(worker_pool, key, settings, monkeypatch):
    monkeypatch.setattr(channel, "now", lambda: NOON_IN_OAKLAND)
    made = SmsChannel(worker_pool, key, settings, on_stop=record_stop)
    yield made
    await made.close()


@pytest.fixture
async def unconfigured(worker_pool, key):
    made = SmsChannel(worker_pool, key, Settings(public_url=PUBLIC))
    yield made
    await made.close()


@pytest.fixture
async def registered(owner, key, world):
    """The first business sends by a registered account."""
    await set_profile(owner, key, Place(0, 0), SmsProfile(a2p="registered"))


@pytest.fixture
async def dana(owner, world):
    return await a_known_lead(owner, world.first.id, title="Kitchen at evil.example", agreed=True)


async def captured(owner):
    return await owner.fetch("select kind, sender, recipient, text, because, lead_uid from captured")


async def test_the_owner_is_told_of_a_lead_by_name_title_and_link(sms, twilio, dana):
    outcome = await sms.deliver(a_notice(dana))

    assert isinstance(outcome, Sent)
    assert [(text["To"], text["Body"]) for text in twilio.texts] == [
        (ISRAELI, f"New lead: Dana – Kitchen at {PUBLIC}/inbox/{dana.conversation_uid}")
    ]


async def test_the_owner_is_told_of_an_answer_as_an_answer(sms, twilio, dana):
    await sms.deliver(
        a_text("owner_notice", dana, recipient=ISRAELI, message_uid="another", payload={"staff_uid": "s"})
    )

    assert twilio.texts[0]["Body"].startswith("Answer from Dana –")


async def test_a_notice_names_where_to_report_what_became_of_it(sms, twilio, dana):
    delivery = a_notice(dana)
    await sms.deliver(delivery)

    assert twilio.texts[0]["StatusCallback"] == f"{PUBLIC}/sms/status/{dana.business_id}/{delivery.uid}"


class Elsewhere:
    """A provider on the internet, which no test may ask."""

    def __init__(self):
        self.texts = []

    async def send(self, _, text):
        self.texts.append(text)
        return Sent()

    async def close(self):
        """Nothing is open."""


@pytest.mark.parametrize(("public", "told"), [(PUBLIC, False), ("https://leads.example.com", True)])
async def test_a_provider_elsewhere_is_told_no_address_that_it_cannot_reach(
    worker_pool, key, settings, dana, *, public, told
):
    provider = Elsewhere()
    abroad = replace(settings, twilio_url="https://api.twilio.com", public_url=public)
    await SmsChannel(worker_pool, key, abroad, provider=provider).deliver(a_notice(dana))

    assert (provider.texts[0].report_to is not None) is told


async def test_owners_are_texted_without_consent_registration_or_regard_to_the_hour(sms, twilio, dana, monkeypatch):
    monkeypatch.setattr(channel, "now", lambda: datetime(2026, 11, 24, 10, 0, tzinfo=UTC))

    assert isinstance(await sms.deliver(a_notice(dana, recipient="+14155550199")), Sent)


def a_code(key, known, *, minutes_ago=0):
    sealed = key.encrypt("123456", purpose=PURPOSE).hex()
    text = a_text("verify_phone", known, recipient=ISRAELI, payload={"sealed_code": sealed})
    return msgspec.structs.replace(text, created_at=NOON_IN_OAKLAND - timedelta(minutes=minutes_ago))


async def test_a_code_goes_to_the_number_it_proves(sms, twilio, key, dana):
    await sms.deliver(a_code(key, dana))

    assert twilio.texts[0]["Body"] == "123456 is your confirmation code."


async def test_a_code_that_is_dead_is_not_sent_any_more(sms, twilio, key, dana):
    assert await sms.deliver(a_code(key, dana, minutes_ago=11)) == Skipped(reason="too_old")
    assert twilio.texts == []


@pytest.mark.usefixtures("registered")
async def test_an_answer_goes_to_a_lead_who_agreed_by_day_and_by_a_registered_sender(sms, twilio, owner, dana):
    outcome = await sms.deliver(await a_reply(owner, dana))

    assert isinstance(outcome, Sent)
    assert twilio.texts[0]["To"] == NUMBER
    assert twilio.texts[0]["Body"] == "Acme Plumbing: We can come on Monday.\nReply STOP to get no more texts."


@pytest.mark.usefixtures("registered")
async def test_the_second_text_of_a_thread_is_plain(sms, twilio, owner, dana):
    for text in ("One", "Two"):
        await sms.deliver(await a_reply(owner, dana, text))

    assert twilio.texts[1]["Body"] == "Two"


@pytest.mark.usefixtures("registered")
async def test_after_an_answer_the_pair_of_numbers_has_its_conversation(sms, owner, dana):
    await sms.deliver(await a_reply(owner, dana))

    row = await owner.fetchrow("select business_id, ours, theirs, conversation_uid from text_thread")
    assert tuple(row) == (dana.business_id, OURS, NUMBER, dana.conversation_uid)


async def test_a_notice_to_the_owner_begins_no_thread(sms, owner, dana):
    await sms.deliver(a_notice(dana))

    assert await owner.fetchval("select count(*) from text_thread") == 0


@pytest.mark.parametrize(
    "records",
    [
        [],
        [("intake", False)],
        [("intake", True), ("stop", False)],
        [("intake", True), ("stop", False), ("intake", True)],
        [("intake", True), ("owner", False)],
        [("intake", True), ("stop", False), ("start", True)],
        [("intake", True)],
        [("intake", False), ("intake", True)],
        [("api", True)],
    ],
)
@pytest.mark.usefixtures("registered")
async def test_consent_is_in_effect_as_the_records_say(sms, twilio, owner, world, records):
    known = await a_known_lead(owner, world.first.id)
    for act, value in records:
        await consent(owner, known, value=value, act=act)
    told = [
        ConsentRecord(f"{n}", datetime.fromtimestamp(n, UTC), "transactional", "sms", NUMBER, value, act)
        for n, (act, value) in enumerate(records)
    ]
    agreed = bool(in_effect(told, "transactional", "sms", NUMBER))

    outcome = await sms.deliver(await a_reply(owner, known))

    assert isinstance(outcome, Sent) is agreed
    assert agreed or outcome == Skipped(reason="no_consent")


@pytest.mark.usefixtures("registered")
async def test_consent_for_another_number_or_purpose_is_none(sms, twilio, owner, world):
    known = await a_known_lead(owner, world.first.id)
    await consent(owner, known, value=True, number="+14155550133")
    await consent(owner, known, value=True, purpose="marketing")

    assert await sms.deliver(await a_reply(owner, known)) == Skipped(reason="no_consent")


async def test_no_lead_in_america_is_texted_by_a_sender_that_is_not_registered(sms, twilio, owner, dana):
    assert await sms.deliver(await a_reply(owner, dana)) == Skipped(reason="a2p_unregistered")
    assert twilio.asked == []


async def test_leads_elsewhere_are_texted_without_registration(sms, twilio, owner, world):
    known = await a_known_lead(owner, world.first.id, number=ISRAELI)
    await consent(owner, known, value=True, number=ISRAELI)

    assert isinstance(await sms.deliver(await a_reply(owner, known, recipient=ISRAELI)), Sent)


@pytest.mark.usefixtures("registered")
async def test_at_night_an_answer_waits_for_the_morning_of_its_reader(sms, twilio, owner, dana, monkeypatch):
    monkeypatch.setattr(channel, "now", lambda: datetime(2026, 11, 24, 6, 0, tzinfo=UTC))  # 22:00 in Oakland

    outcome = await sms.deliver(await a_reply(owner, dana))

    assert outcome == Later(answer="it is night where they are", after_s=10 * 3600, is_try=False)
    assert twilio.asked == []


@pytest.mark.usefixtures("registered")
async def test_who_told_the_provider_to_stop_has_told_us(sms, twilio, owner, dana):
    twilio.fails(400, 21610)

    outcome = await sms.deliver(await a_reply(owner, dana))

    assert (type(outcome), outcome.fault_of) == (Never, "recipient")
    assert [row[1:] for row in await consents(owner, dana)][1:] == [(False, "stop"), (False, "stop")]
    assert await sms.deliver(await a_reply(owner, dana)) == Skipped(reason="no_consent")


@pytest.mark.usefixtures("registered")
async def test_a_number_that_is_none_is_no_stop(sms, twilio, owner, dana):
    twilio.fails(400, 21211)
    await sms.deliver(await a_reply(owner, dana))

    assert len(await consents(owner, dana)) == 1


async def test_where_nothing_is_configured_texts_are_captured_and_not_said_to_be_sent(unconfigured, owner, dana):
    outcome = await unconfigured.deliver(a_notice(dana))

    assert outcome == Skipped(reason="captured")
    [row] = await captured(owner)
    assert (row["recipient"], row["because"]) == (ISRAELI, "not_configured")
    assert row["text"].startswith("New lead: Dana – Kitchen at http")


async def test_what_is_captured_needs_consent_like_what_is_sent(unconfigured, owner, world):
    known = await a_known_lead(owner, world.first.id)

    assert await unconfigured.deliver(await a_reply(owner, known)) == Skipped(reason="no_consent")
    assert await captured(owner) == []


async def test_texts_of_test_leads_are_captured_whatever_is_configured(sms, twilio, owner, dana):
    assert await sms.deliver(a_notice(dana, is_test=True)) == Skipped(reason="captured")
    assert [row["because"] for row in await captured(owner)] == ["test"]
    assert twilio.asked == []


async def test_a_business_with_an_account_of_its_own_sends_by_it(sms, twilio, owner, key, dana):
    await set_profile(
        owner, key, Place(dana.business_id, 0), SmsProfile(account_sid=SID, auth_token=SECRET, messaging_service="MG7")
    )

    await sms.deliver(a_notice(dana))

    assert twilio.texts[0]["MessagingServiceSid"] == "MG7"
    assert await sms.sender_of(dana.business_id) == f"business:{dana.business_id}"


async def test_senders_are_told_apart_by_their_account(sms, unconfigured, world):
    assert (await sms.sender_of(world.first.id), await unconfigured.sender_of(world.first.id)) == (
        "instance",
        "captured",
    )


@pytest.mark.parametrize("kind", ["owner_notice", "reply", "digest"])
async def test_what_is_gone_or_is_no_text_is_given_up(sms, world, kind):
    class Gone:
        business_id, conversation_uid = world.first.id, mint()

    assert isinstance(await sms.deliver(a_text(kind, Gone, message_uid=mint())), Never)


async def test_a_business_that_is_gone_is_texted_for_no_more(sms):
    class Gone:
        business_id, conversation_uid = 999_999, mint()

    assert isinstance(await sms.deliver(a_text("verify_phone", Gone)), Never)
