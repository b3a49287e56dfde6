"""Events as callers spell them."""

import pytest

from leadhall.events.catalogue import CATALOGUE, EVENTS
from leadhall.events.spelling import UnknownEvent, read_events


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_known_by_its_own_name(name):
    assert read_events(name) == [EVENTS[name]]


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
