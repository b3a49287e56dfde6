"""Who hears of a lead: of what it asked for, less what people muted; nobody is passed over silently."""

from datetime import UTC, datetime

import pytest

from leadhall.dispatch.notices import LeadToTell, instead_of, notices_of
from leadhall.dispatch.people import Crew, Person
from leadhall.tenancy.preferences import Preferences

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANN, CAL, EVE = "ann", "cal", "eve"


def a_person(uid, *, mobile=True, **preferences):
    address = f"{uid}@acme.example"
    return Person(
        uid=uid,
        address=address,
        email=address,
        mobile=f"+1555000{len(uid)}{ord(uid[0])}" if mobile else None,
        preferences=Preferences(**preferences),
    )


def told(asked, *people, assigned=None, closed=(), held=False):
    """What goes out, and what does not with its reason, as (channel, whom, reason)."""
    return [seen(each) for each in notices_of(a_lead(asked, assigned, held), a_crew(people), is_in(closed), NOON)]


def a_lead(asked, assigned=None, held=False, is_test=False):
    return LeadToTell(
        business_id=1, uid="lead", message_uid="m", asked=frozenset(asked.split()), contact={}, assigned_uid=assigned,
        is_held=held, is_test=is_test, created_at=NOON,
    )  # fmt: skip


def a_crew(people):
    return Crew(business_id=1, time_zone="America/New_York", people=tuple(people))


def is_in(closed):
    return lambda _channel, key: key in closed


def seen(planned):
    return planned.row.channel, planned.row.payload["staff_uid"], planned.reason


def test_nothing_asked_for_means_no_mail_and_no_text():
    assert told("", a_person(ANN)) == []


def test_the_owner_hears_by_the_channels_that_were_asked_for():
    assert told("email sms", a_person(ANN), a_person(CAL)) == [("email", ANN, None), ("sms", ANN, None)]


def test_the_assigned_member_hears_instead_of_the_owner():
    assert told("email", a_person(ANN), a_person(CAL), assigned=CAL) == [("email", CAL, None)]


def test_a_member_who_left_is_assigned_in_vain():
    assert told("email", a_person(ANN), assigned="gone") == [("email", ANN, None)]


def test_who_wants_to_hear_of_all_leads_hears_too_by_what_was_asked_for():
    assert told("email", a_person(ANN), a_person(CAL, leads="all"), a_person(EVE)) == [
        ("email", ANN, None),
        ("email", CAL, None),
    ]


def test_a_preference_mutes_and_the_log_says_so():
    assert told("email sms", a_person(ANN, email=False)) == [("email", ANN, "preference"), ("sms", ANN, None)]


@pytest.mark.parametrize(("address", "reason"), [("ann@acme.example", None), ("", "no_address")])
def test_an_owner_without_a_confirmed_address_is_asked_for_it_and_the_next_member_hears(address, reason):
    ann = Person(uid=ANN, address=address, email=None, mobile=None)

    assert told("email", ann, a_person(CAL, email=False), a_person(EVE)) == [
        ("email", ANN, reason),
        ("email", EVE, None),
    ]


def test_a_suppressed_owner_is_texted_and_without_a_number_the_next_member_hears():
    closed = ["ann@acme.example"]

    assert told("email", a_person(ANN), a_person(CAL), closed=closed) == [
        ("email", ANN, "suppressed"),
        ("sms", ANN, None),
    ]
    assert told("email", a_person(ANN, mobile=False), a_person(CAL), closed=closed) == [
        ("email", ANN, "suppressed"),
        ("email", CAL, None),
    ]


def test_a_text_without_a_number_becomes_one_mail_when_no_mail_was_asked_for():
    assert told("sms", a_person(ANN, mobile=False)) == [("sms", ANN, "no_number"), ("email", ANN, None)]
    assert told("sms email", a_person(ANN, mobile=False)) == [("email", ANN, None), ("sms", ANN, "no_number")]


def test_quiet_hours_delay_texts_and_no_mail():
    quiet = {"quiet_from": "22:00", "quiet_until": "07:00"}
    night = datetime(2026, 11, 22, 4, tzinfo=UTC)  # 23:00 in New York, the business's zone

    def waits(person):
        planned = notices_of(a_lead("email sms"), a_crew([person]), is_in(()), night)
        return {each.row.channel: each.after_s / 3600 for each in planned}

    assert waits(a_person(ANN, **quiet)) == {"email": 0, "sms": 8}
    assert waits(a_person(ANN, **quiet, time_zone="Asia/Tokyo")) == {"email": 0, "sms": 0}


def test_suspected_spam_is_told_to_nobody():
    assert told("email sms", a_person(ANN), held=True) == [("email", ANN, "held"), ("sms", ANN, "held")]


def test_a_business_without_people_has_nobody_to_tell():
    assert told("email") == []


def test_each_notice_has_one_stable_name():
    planned = notices_of(a_lead("email sms", is_test=True), a_crew([a_person(ANN)]), is_in(()), NOON)

    assert [each.row.dedupe for each in planned] == [
        "lead:owner_notice:ann@acme.example",
        f"lead:owner_notice:{a_person(ANN).mobile}",
    ]
    assert all(each.row.payload["is_test"] for each in planned)


def otherwise(channel, *people, closed=(), **payload):
    payload = {"staff_uid": ANN} | payload
    planned = instead_of(a_lead("email"), a_crew(people), is_in(closed), NOON, channel=channel, payload=payload)
    return [seen(each) for each in planned]


def test_a_refused_mail_becomes_a_text_and_when_that_fails_mail_to_the_next():
    people = (a_person(ANN), a_person(CAL))
    closed = ["ann@acme.example"]

    assert otherwise("email", *people, closed=closed) == [("sms", ANN, None)]
    assert otherwise("sms", *people, closed=closed, instead_of="email") == [("email", CAL, None)]


def test_a_text_that_was_given_up_becomes_one_mail():
    assert otherwise("sms", a_person(ANN), a_person(CAL)) == [("email", ANN, None)]
    assert otherwise("sms", a_person(ANN, email=False), a_person(CAL)) == [("email", CAL, None)]


def test_a_member_who_left_meanwhile_is_passed_over():
    assert otherwise("email", a_person(CAL)) == [("email", CAL, None)]
