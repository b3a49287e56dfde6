"""Partner quirks end here: what callers really send becomes one Submission."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadhall.core.text import Number
from leadhall.web.api.caller import business_named
from leadhall.web.api.intake.wire import KNOWN, read_submission


def codes(submission):
    return [warning.code for warning in submission.warnings]


@pytest.mark.parametrize("sent", ["auto_reply, email, sms", "auto-reply,email,sms", ["Auto-Reply", "EMAIL", "sms"]])
def test_notifications_come_as_a_comma_text_or_a_list(sent):
    assert read_submission({"notifications": sent}).notifications == ["auto-reply", "email", "sms"]


def test_an_unknown_notification_is_told_and_the_others_stay():
    submission = read_submission({"notifications": "email,pigeon"})

    assert (submission.notifications, codes(submission)) == (["email"], ["unknown_notification"])


@pytest.mark.parametrize(("sent", "read"), [("yes", True), ("1", True), (True, True), ("OFF", False), ("", None)])
def test_opt_in_comes_in_many_spellings(sent, read):
    assert read_submission({"opt_in": sent}).opt_in is read


def test_a_boolean_nobody_can_read_is_absent():
    submission = read_submission({"opt_in": "maybe"})

    assert (submission.opt_in, codes(submission)) == (None, ["boolean_unreadable"])


def test_a_bare_text_as_message_data_becomes_the_message():
    assert read_submission({"message_data": "not JSON"}).message_data == [("message", "not JSON")]


def test_values_of_any_shape_are_kept_as_their_json_text():
    sent = {"newsletter": False, "rooms": Number("3"), "extras": ["paint"], "q": {"a": Number("1.0")}, "no": None}

    assert read_submission({"message_data": sent}).message_data == [
        ("newsletter", "false"),
        ("rooms", "3"),
        ("extras", '["paint"]'),
        ("q", '{"a":1.0}'),
    ]


def test_control_characters_are_removed_and_told():
    submission = read_submission({"first_name": "Da\x07na"})

    assert (submission.first_name, codes(submission)) == ("Dana", ["cleaned"])


def test_nulls_and_blanks_are_absent():
    submission = read_submission(dict.fromkeys(KNOWN) | {"first_name": " ", "last_name": ""})

    assert (submission.first_name, submission.last_name, submission.faults, submission.warnings) == (None, None, [], [])


def test_an_unknown_key_is_told():
    assert codes(read_submission({"utm_campaign": "x"})) == ["unknown_field"]


def test_a_business_may_be_named_by_a_number():
    assert business_named({"business_id": Number("42")}) == "42"


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=20), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws slowly
@given(st.dictionaries(st.sampled_from(sorted(KNOWN)), JSON))
def test_nothing_a_caller_sends_is_an_exception(content):
    read_submission(content)
