"""Who sends: the nearest profile that may; an unproven domain sends by its parent's, and says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leadhall.notify.profiles import (
    INSTANCE,
    MailProfile,
    Place,
    SmsProfile,
    get_profile,
    list_profiles,
    record_checks,
    set_profile,
)
from leadhall.notify.senders import Senders
from leadhall.notify.transport import MailTransport, read_transport
from leadhall.settings import Settings

SETTINGS = Settings(
    smtp_url="smtp://me:s3cret@relay.example:2525?tls=none",
    mail_from="Leadhall <leads@host.example>",
    public_url="https://leads.host.example",
)
AGENCY = MailProfile(from_address="hello@agency.example", host="smtp.agency.example", port=465, tls="implicit")
OWN = MailProfile(from_address="desk@acme.example", from_name="Acme")


@pytest.fixture
def senders(worker_pool, key):
    return Senders(worker_pool, key, SETTINGS)


async def verify(owner, place):
    await record_checks(owner, place, [], verified=True)


async def test_the_installation_sends_for_a_business_without_a_profile_and_names_the_agency(senders, world):
    sender = await senders.mail_for(world.first.id)

    assert (sender.key, sender.from_address) == ("instance", "leads@host.example")
    assert sender.from_name == "Acme Plumbing via Agency"
    assert sender.transport == MailTransport("relay.example", 2525, "none", "me", "s3cret")


async def test_the_installations_own_mail_has_its_own_name(senders, world):
    assert (await senders.mail_for(0)).from_name == "Leadhall"


async def test_a_verified_agency_sends_for_its_businesses(senders, owner, key, world):
    place = Place(0, world.directory.id)
    await set_profile(owner, key, place, AGENCY)
    await verify(owner, place)
    sender = await senders.mail_for(world.second.id)

    assert (sender.key, sender.from_address) == (place.name, "hello@agency.example")
    assert sender.from_name == "Bright Dental via Agency"
    assert sender.transport == MailTransport("smtp.agency.example", 465, "implicit")
    assert (await senders.mail_for(world.outsider.business.id)).key == "instance"


async def test_an_unverified_domain_sends_from_its_parents(senders, owner, key, world):
    await set_profile(owner, key, Place(world.first.id), OWN)
    await set_profile(owner, key, Place(0, world.directory.id), AGENCY)
    sender = await senders.mail_for(world.first.id)

    assert (sender.from_address, sender.from_name) == ("leads@host.example", "Acme Plumbing via Agency")


async def test_a_verified_business_sends_as_itself_by_the_nearest_relay_above(senders, owner, key, world):
    place = Place(world.first.id)
    await set_profile(owner, key, place, OWN)
    await verify(owner, place)
    sender = await senders.mail_for(world.first.id)

    assert (sender.key, sender.from_address, sender.from_name) == (place.name, "desk@acme.example", "Acme")
    assert sender.transport is not None
    assert sender.transport.host == "relay.example"


async def test_a_new_domain_or_key_must_be_verified_anew_a_new_name_not(senders, owner, key, world):
    place = Place(world.first.id)
    await set_profile(owner, key, place, OWN)
    await verify(owner, place)

    await set_profile(owner, key, place, MailProfile(from_address="desk@acme.example", from_name="Acme & Sons"))
    assert (await senders.mail_for(world.first.id)).from_name == "Acme & Sons"
    await set_profile(owner, key, place, MailProfile(from_address="desk@victim.example"))
    assert (await senders.mail_for(world.first.id)).from_address == "leads@host.example"


async def test_without_a_relay_there_is_no_transport_and_from_is_of_the_public_address(worker_pool, key, world):
    bare = Senders(worker_pool, key, Settings(public_url="https://leads.host.example:8443"))
    sender = await bare.mail_for(world.first.id)

    assert (sender.transport, sender.from_address) == (None, "leadhall@leads.host.example")


async def test_secrets_lie_encrypted_and_are_not_listed(owner, key, world):
    place = Place(world.first.id)
    profile = MailProfile(host="h", port=25, tls="none", username="u", password="hunter22", dkim_key="PEM hunter22")
    await set_profile(owner, key, place, profile)
    row = str(await owner.fetchrow("select sender_profile::text from sender_profile"))

    assert await get_profile(owner, key, place, MailProfile) == profile
    assert "hunter22" not in row + str(await list_profiles(owner)) + str(profile.transport)
    assert b"hunter22".hex() not in row


async def test_the_profile_of_a_business_without_one_is_empty(owner, key, world):
    assert await get_profile(owner, key, Place(world.first.id), SmsProfile) == SmsProfile()


# texts

TEXTS = replace(SETTINGS, twilio_account_sid="AC1", twilio_auth_token="t0ken", twilio_from="+15550100")


async def test_texts_leave_by_the_installations_account(worker_pool, key, world):
    sender = await Senders(worker_pool, key, TEXTS).sms_for(world.first.id)

    assert sender is not None
    assert (sender.key, sender.account_sid, sender.auth_token, sender.number) == (
        "instance",
        "AC1",
        "t0ken",
        "+15550100",
    )
    assert not sender.a2p_registered


async def test_without_an_account_there_is_no_sender_of_texts(senders, world):
    assert await senders.sms_for(world.first.id) is None


async def test_a_business_may_have_a_number_of_its_own_in_its_agencys_account(worker_pool, owner, key, world):
    await set_profile(owner, key, Place(0, world.directory.id), SmsProfile(account_sid="AC2", auth_token="two"))
    await set_profile(owner, key, Place(world.first.id), SmsProfile(number="+15550199", a2p="registered"))
    sender = await Senders(worker_pool, key, TEXTS).sms_for(world.first.id)

    assert sender is not None
    assert (sender.account_sid, sender.number, sender.a2p_registered) == ("AC2", "+15550199", True)


async def test_a_messaging_service_is_told_from_a_number_and_the_installation_may_be_registered(
    worker_pool, owner, key, world
):
    await set_profile(owner, key, INSTANCE, SmsProfile(a2p="registered"))
    sender = await Senders(worker_pool, key, replace(TEXTS, twilio_from="MG9")).sms_for(world.first.id)

    assert sender is not None
    assert (sender.number, sender.messaging_service, sender.a2p_registered) == (None, "MG9", True)


@pytest.mark.parametrize(
    ("url", "transport"),
    [
        ("smtp://relay.example", MailTransport("relay.example", 587, "starttls")),
        ("smtp://relay.example?tls=implicit", MailTransport("relay.example", 465, "implicit")),
        ("smtp://a%40b:p%3Aw@relay.example:25?tls=none", MailTransport("relay.example", 25, "none", "a@b", "p:w")),
    ],
)
def test_a_relay_is_read_from_its_url(url, transport):
    assert read_transport(url) == transport
