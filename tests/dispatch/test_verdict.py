"""Whose fault it was decides what becomes of a delivery."""

from datetime import UTC, datetime

import pytest

from leadhall.dispatch.claim import Claimed
from leadhall.dispatch.verdict import ANSWER_MOST_BYTES, Stumbled, judge
from leadhall.events.delivery import Delivery
from leadhall.events.outcome import Later, Never, Sent, Skipped

DAY = 86_400


def a_claim(channel="email", *, tries=1, age_s=0.0):
    delivery = Delivery(
        business_id=1, uid="d", dedupe="l:k:r", kind="owner_notice", channel=channel, recipient="ann@acme.example",
        lead_uid="l", message_uid="m", endpoint_id=None, payload={}, attempts=tries + 3, created_at=datetime.now(UTC),
    )  # fmt: skip
    return Claimed(delivery=delivery, lane=f"{channel} -", tries=tries, age_s=age_s, is_suppressed=False)


def judged(came, channel="email", **more):
    return judge(a_claim(channel, **more), came, lambda: 0.5)


def test_what_a_relay_took_is_accepted_and_delivered_only_with_evidence():
    assert judged(Sent(answer="250")).state == "accepted"
    assert judged(Sent(answer="200", delivered=True, facts={"sid": "SM1"})).state == "delivered"


def test_later_is_tried_again_by_the_schedule():
    assert [judged(Later(answer="451"), tries=n).wait_s for n in (1, 2, 3)] == [60, 300, 900]


def test_who_waits_for_the_morning_pays_no_try_however_often():
    verdict = judged(Later(answer="it is night", after_s=600, is_try=False), "sms", tries=6)

    assert (verdict.state, verdict.wait_s, verdict.is_spared, verdict.outcome) == ("waiting", 600, True, "skipped")


def test_a_longer_wait_that_was_asked_for_is_honoured_up_to_a_day():
    assert judged(Later(answer="503", after_s=600)).wait_s == 600
    assert judged(Later(answer="503", after_s=1)).wait_s == 60
    assert judged(Later(answer="503", after_s=9 * DAY)).wait_s == DAY


@pytest.mark.parametrize(("channel", "tries"), [("email", 9), ("webhook", 10), ("sms", 6)])
def test_after_the_last_try_it_is_given_up(channel, tries):
    assert judged(Later(answer="451"), channel, tries=tries - 1).state == "waiting"
    assert judged(Later(answer="451"), channel, tries=tries).state == "given_up"


def test_only_the_recipients_own_fault_suppresses_its_address():
    refused = judged(Never(answer="550 5.1.1", fault_of="recipient"))
    too_big = judged(Never(answer="552", fault_of="message"))

    assert (refused.state, refused.suppresses, refused.is_missed) == ("failed", True, True)
    assert (too_big.state, too_big.suppresses, too_big.is_missed) == ("failed", False, False)


@pytest.mark.parametrize("came", [Never(answer="535", fault_of="sender"), Later(answer="TLS", fault_of="sender")])
def test_a_senders_fault_makes_the_sender_rest_and_the_row_is_tried_again(came):
    verdict = judged(came)

    assert (verdict.state, verdict.rests, verdict.suppresses, verdict.wait_s) == ("waiting", "sender", False, 60)


def test_a_provider_that_wants_less_rests_and_the_row_pays_nothing():
    verdict = judged(Later(answer="429", after_s=30, fault_of="provider"), "sms", tries=6)

    assert (verdict.state, verdict.rests, verdict.is_spared, verdict.wait_s) == ("waiting", "provider", True, 30)


def test_a_provider_that_refuses_for_days_ends_it_too():
    assert judged(Later(answer="429", fault_of="provider"), "sms", age_s=2 * DAY).state == "given_up"


def test_a_text_that_does_not_get_through_is_told_otherwise():
    assert judged(Later(answer="500"), "sms", tries=6).is_missed
    assert judged(Never(answer="21614"), "sms").is_missed
    assert not judged(Later(answer="451"), tries=9).is_missed


def test_what_was_not_sent_says_why():
    assert judged(Skipped(reason="captured")).state == "skipped"
    suppressed = judged(Skipped(reason="suppressed", suppressed=True))
    assert (suppressed.state, suppressed.is_missed) == ("suppressed", True)


def test_a_row_we_stumble_over_is_tried_nine_times_at_most():
    assert judged(Stumbled("ours"), "webhook", tries=8).state == "waiting"
    assert judged(Stumbled("ours"), "webhook", tries=9).state == "given_up"


def test_the_other_sides_words_are_cut_at_a_kibibyte_and_can_be_stored():
    answer = judged(Sent(answer="\x00é" * 2_000)).answer

    assert len(answer.encode()) <= ANSWER_MOST_BYTES
    assert "\x00" not in answer
