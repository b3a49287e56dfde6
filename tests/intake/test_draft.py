"""What the draft decides alone: identity, faults all at once, cuts, and what goes on the card."""

import pytest

from leadhall.core.errors import Invalid
from leadhall.intake.message import compose
from leadhall.intake.submission import Submission
from tests.intake.drafts import BUSINESS, a_draft


def codes(draft):
    return [warning.code for warning in draft.warnings]


def faults(**content):
    with pytest.raises(Invalid) as refusal:
        a_draft(**content)
    return {(fault.code, fault.field) for fault in refusal.value.faults}


def test_a_body_with_nothing_names_every_fault_at_once():
    assert faults(identifier_type=None, email=None, first_name=None, request_title=None) == {
        ("missing", "identifier_type"),
        ("missing", "first_name"),
        ("missing", "request_title"),
    }


def test_an_absent_field_is_named_in_the_words_that_callers_read():
    with pytest.raises(Invalid, match=r"^Mandatory parameter email is missing$"):
        a_draft(email=None)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ({"identifier_type": "phone"}, ("invalid", "identifier_type")),
        ({"email": "nobody"}, ("invalid", "email")),
        ({"email": "@example.com"}, ("invalid", "email")),
        ({"email": "a" * 390 + "@example.com"}, ("too_long", "email")),
        ({"identifier_type": "unique_id"}, ("missing", "unique_id")),
        ({"identifier_type": "unique_id", "unique_id": "x" * 256}, ("too_long", "unique_id")),
        ({"request_title": ["a"]}, ("not_text", "request_title")),
        ({"tags": [{"a": 1}]}, ("not_text", "tags")),
        ({"first_name": "  "}, ("missing", "first_name")),
    ],
)
def test_what_cannot_be_a_lead_is_refused(content, fault):
    assert faults(**content) == {fault}


def test_a_unique_id_may_be_a_number():
    draft = a_draft(identifier_type="unique_id", unique_id=12345)

    assert draft.by.key == "12345"


def test_a_lead_of_a_known_client_needs_no_first_name():
    assert a_draft(first_name=None, known=True).card.columns == {}


def test_a_first_name_in_request_data_is_a_first_name():
    assert a_draft(first_name=None, request_data={"First Name": "Dana"}).contact["first_name"] == "Dana"


def test_the_business_as_everybodys_unique_id_identifies_nobody():
    draft = a_draft(identifier_type="unique_id", unique_id="Shore.Kitchens")

    assert (draft.by.kind, draft.other, codes(draft)) == ("email", None, ["identifier_not_personal"])


def test_a_key_that_identifies_nobody_leaves_a_lead_without_email_to_be_a_new_client():
    draft = a_draft(identifier_type="unique_id", unique_id="shore", email=None)

    assert (draft.by, draft.other) == (None, None)


def test_a_second_email_that_is_none_stays_in_the_message():
    draft = a_draft(identifier_type="unique_id", unique_id="7", email="call me")

    assert draft.other is None
    assert {"kind": "unread", "fields": [("email", "call me")]} in draft.parts
    assert codes(draft) == ["email_unreadable"]


def test_an_email_in_request_data_is_the_second_key_of_a_lead_found_by_id():
    draft = a_draft(identifier_type="unique_id", unique_id="7", email=None, request_data={"Email": "D@Example.com"})

    assert draft.other.key == "d@example.com"


def test_request_data_never_changes_the_key_that_finds_the_client():
    draft = a_draft(request_data={"Email": "other@example.com"})

    assert draft.by.key == "dana@example.com"
    assert draft.other is None


def test_a_long_title_is_cut_and_stands_whole_in_the_message():
    title = "Kitchen " * 1250
    draft = a_draft(request_title=title)

    assert len(draft.title) == 255
    assert {"kind": "whole", "fields": [("request_title", title.strip())]} in draft.parts
    assert codes(draft) == ["cut"]


def test_request_data_fills_card_fields_by_label_whatever_its_case():
    draft = a_draft(request_data={"preferred DATE": "2026-12-04", "rooms": "TWO", "Shoe size": "43"})

    assert draft.card.fields == {"wanted": "2026-12-04", "rooms": "two"}


def test_a_value_the_field_cannot_hold_stays_in_the_message():
    draft = a_draft(request_data={"Preferred date": "31/12/2026"})

    assert draft.card.fields == {}
    assert draft.parts == [{"kind": "request", "fields": [("Preferred date", "31/12/2026")]}]
    assert codes(draft) == ["field_not_understood"]


@pytest.mark.parametrize("label", ["Newsletter", "Status", "optin"])
def test_request_data_never_writes_opt_in_or_status(label):
    draft = a_draft(request_data={label: "yes"})

    assert draft.card.fields == {}
    assert codes(draft) == ["not_by_request_data"]


def test_a_top_level_parameter_wins_over_request_data():
    draft = a_draft(phone="+1 415 555 0132", request_data={"Phone": "+1 415 555 0199"})

    assert draft.card.phone_e164 == "+14155550132"


def test_a_phone_of_letters_is_kept_as_it_is():
    draft = a_draft(phone="ask Ruth")

    assert (draft.card.columns["phone"], draft.card.phone_e164, codes(draft)) == (
        "ask Ruth",
        None,
        ["phone_unreadable"],
    )


def test_an_unknown_status_is_the_default():
    draft = a_draft(status="vip")

    assert (draft.status, codes(draft)) == (None, ["unknown_status"])


def test_a_status_may_be_its_label():
    assert a_draft(status="Customer").status == "customer"


def test_tags_come_once_each_whatever_their_case():
    assert a_draft(tags="web, Web,  lead ,").tags == ["web", "lead"]


def test_two_hundred_keys_all_stand_in_the_message():
    sent = {f"key {n}": f"value {n}" for n in range(200)}
    draft = a_draft(request_data=sent)

    stored = [pair for part in draft.parts for pair in part["fields"]]
    assert stored == list(sent.items())
    assert [len(part["fields"]) for part in draft.parts] == [100, 100]
    assert codes(draft) == ["overflow"]


def test_no_byte_of_a_message_is_lost_past_its_bounds():
    submission = Submission(
        message_data=[("k" * 200, "a"), ("b", "v" * 9000), *[(str(n), "w" * 8000) for n in range(6)]]
    )
    sent = list(submission.message_data)

    parts = compose(submission, [])

    assert sorted(pair for part in parts for pair in part["fields"]) == sorted(sent)


def test_an_opt_in_without_its_field_on_the_card_is_recorded_and_told():
    bare = BUSINESS.__class__(id=1, uid="b", directory_id=1, name="B", country="US", locale="en", repeat_window_s=30)
    draft = a_draft(bare, opt_in="yes")

    assert [(c.purpose, c.address, c.value) for c in draft.consents] == [("marketing", "dana@example.com", True)]
    assert codes(draft) == ["no_opt_in_field"]


def test_an_auto_reply_without_an_email_is_told():
    draft = a_draft(identifier_type="unique_id", unique_id="7", email=None, notifications="auto_reply, sms")

    assert draft.notifications == ["auto-reply", "sms"]
    assert codes(draft) == ["no_email_for_auto_reply"]
