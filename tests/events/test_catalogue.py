from pathlib import Path

import msgspec
import pytest

import leadhall
from leadhall.events.catalogue import CATALOGUE, EVENTS

UPSTREAMS_CLIENT = {
    "business_id", "client_id", "first_name", "last_name", "phone", "email", "image", "address", "custom_fields",
    "visible", "opt_in", "spam", "created_at", "updated_at",
}  # fmt: skip
UPSTREAMS_ITEM = {
    "uid", "conversation_uid", "contact_uid", "business_uid", "staff_uid", "message_type", "direction", "text",
    "message_category", "channel_uid", "external_message_id", "created_at",
}  # fmt: skip
UPSTREAMS_MESSAGE = {"business_id", "staff_id", "conversation_id", "message_id", "message", "client_id", "created_at"}
UPSTREAMS_STAFF = {
    "business_id", "staff_id", "first_name", "last_name", "display_name", "phone", "email", "role", "state",
    "created_at",
}  # fmt: skip
UPSTREAMS_MATTER = {"matter_id", "display_name", "deleted", "staff_id", "business_id", "created_at", "updated_at"}
OURS = {"lead_uid", "client_revision", "occurred_at"}


def test_the_events_of_a_lead_are_in_the_catalogue():
    assert set(EVENTS) >= {
        "lead/created",
        "client/created",
        "client/updated",
        "conversation_item/created",
        "tag/add",
    }


DOORS_AND_THE_CATALOGUE = {"web", "cli", "events"}


def test_every_event_is_told_by_a_room():
    """Its name stands where it happens; a promise that nothing keeps stands in the catalogue alone."""
    root = Path(leadhall.__file__).parent
    rooms = [path for path in root.iterdir() if path.is_dir() and path.name not in DOORS_AND_THE_CATALOGUE]
    source = "".join(path.read_text() for room in rooms for path in room.rglob("*") if path.suffix in (".py", ".sql"))

    assert {name for name in EVENTS if f'"{name}"' not in source and f"'{name}'" not in source} == set()


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda event: event.name)
def test_a_sample_is_what_its_own_struct_describes(event):
    assert msgspec.convert(event.sample_payload["data"], type=event.data) == event.sample


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda event: event.name)
def test_a_payload_is_one_object_with_upstreams_three_keys(event):
    assert list(event.sample_payload) == ["entity_name", "event_type", "data"]


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda event: event.name)
def test_every_payload_tells_lead_revision_and_time(event):
    assert set(event.sample_payload["data"]) >= OURS


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("client/created", UPSTREAMS_CLIENT),
        ("conversation_item/created", UPSTREAMS_ITEM),
        ("tag/add", {"name", "business_id", "clients"}),
        ("tag/delete", {"name", "business_id", "clients"}),
        ("message/client_sent_message", UPSTREAMS_MESSAGE),
        ("message/business_sent_message", UPSTREAMS_MESSAGE),
        ("conversation/read", {"matter_uid", "contact_uid", "business_uid", "updated_at"}),
        ("staff/created", UPSTREAMS_STAFF),
        ("matter/delete", UPSTREAMS_MATTER),
        ("bulk_import/done", {"session_id", "processed_entity", "import_done", "page", "clients_import_status"}),
    ],
)
def test_an_event_that_upstream_documents_has_exactly_its_keys_and_ours(name, keys):
    assert set(EVENTS[name].sample_payload["data"]) == keys | OURS


def test_a_lead_tells_whether_its_client_is_new():
    assert EVENTS["lead/created"].sample_payload["data"]["is_new_client"] is True
