"""Events as callers spell them."""

import pytest

from leadhall.events.catalogue import CATALOGUE, EVENTS, NAMES, UNSENT
from leadhall.events.spelling import UnknownEvent, read_events, read_sent

OF_UPSTREAM = [
    "client/created", "client/updated", "lead/created", "contact_form/created", "conversation/read",
    "conversation_item/created", "message/business_sent_message", "message/client_sent_message", "tag/add",
    "tag/delete",
    "matter/delete", "matter/recover", "staff/created", "staff/updated", "staff/deactivated", "staff/reactivated",
    "staff/deleted", "business/created", "business/deleted", "account/created", "account/updated", "account/closed",
    "account/promotional_blocked", "bulk_import/done", "channel/status", "app/installed", "app/uninstalled",
    "app_subscription/installed", "app_subscription/uninstalled", "application/installed", "application/uninstalled",
    "customized_notification/update",
]  # fmt: skip
"""What upstream lists of what concerns leads (api.md 3.10)."""


@pytest.mark.parametrize("name", NAMES)
def test_every_event_is_known_by_its_own_name(name):
    assert read_events(name) == [NAMES[name]]


@pytest.mark.parametrize("name", OF_UPSTREAM)
def test_every_name_that_upstream_takes_is_taken(name):
    assert len(read_events(name)) == 1


@pytest.mark.parametrize("name", UNSENT, ids=lambda each: each.name)
def test_of_what_is_never_sent_there_is_nothing_to_show(name):
    assert name.name not in EVENTS
    with pytest.raises(UnknownEvent):
        read_sent(name.name)


def test_a_bare_word_stands_for_what_is_sent_first():
    assert read_sent("staff").name == "staff/created"
    assert [each.name for each in read_events("channel")] == ["channel/status"]


@pytest.mark.parametrize(
    ("spelled", "meant"),
    [
        ("client.created", "client/created"),
        (" Client/Created ", "client/created"),
        ("client/create", "client/created"),
        ("lead/updated", "client/updated"),
        ("account/created", "business/created"),
        ("account/closed", "business/deleted"),
        ("engagement/delete", "matter/delete"),
        ("application/installed", "app/installed"),
        ("app_subscription/uninstalled", "app/uninstalled"),
    ],
)
def test_upstreams_other_words_are_understood(spelled, meant):
    assert [event.name for event in read_events(spelled)] == [meant]


def test_a_bare_entity_means_all_of_its_events():
    assert read_events("client") == [each for each in CATALOGUE if each.entity_name == "client"]
    assert {event.entity_name for event in read_events("account")} == {"business"}


@pytest.mark.parametrize("text", ["", "/", "client/exploded", "payment/created", "a" * 10_000, "client/created/x"])
def test_what_is_no_event_is_refused(text):
    with pytest.raises(UnknownEvent):
        read_events(text)
