from datetime import UTC, datetime, timedelta

from leadhall.clients.consent import ConsentRecord, in_effect

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADDRESS = "ruth@example.com"


def said(value, *, act="intake", minute=0, address=ADDRESS, purpose="marketing", channel="email", first=False):
    at = NOON + timedelta(minutes=minute)
    return ConsentRecord(f"{minute:016}", at, purpose, channel, address, value, act, first)


def agreed(*records, address=ADDRESS):
    return in_effect(records, "marketing", "email", address)


def test_absent_is_never_yes():
    assert agreed() is None


def test_a_leads_yes_counts():
    assert agreed(said(True)) is True


def test_a_no_of_the_lead_that_made_the_client_counts():
    assert agreed(said(False, first=True)) is False


def test_a_later_leads_no_changes_nothing():
    assert agreed(said(True), said(False, minute=1)) is True
    assert agreed(said(False, minute=1)) is None


def test_a_later_leads_yes_counts_after_the_first_ones_no():
    assert agreed(said(False, first=True), said(True, minute=1)) is True


def test_a_leads_yes_after_a_withdrawal_is_not_in_effect():
    for act in ("stop", "unsubscribe", "complaint", "owner", "api"):
        assert agreed(said(True), said(False, act=act, minute=1), said(True, minute=2)) is False


def test_the_last_act_of_person_or_owner_decides_in_whatever_order_it_is_read():
    records = [said(False, act="stop", minute=1), said(True, act="start", minute=2)]

    assert agreed(*records) is True
    assert agreed(*reversed(records)) is True


def test_a_yes_for_another_address_is_none_for_this_one():
    assert agreed(said(True, address="old@example.com")) is None


def test_a_yes_for_another_purpose_or_channel_is_none_for_this_one():
    assert agreed(said(True, purpose="transactional"), said(True, channel="sms")) is None


def test_a_client_without_an_address_has_the_consent_that_came_without_one():
    assert agreed(said(True, address=None), address=None) is True
