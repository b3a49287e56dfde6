import msgspec
import pytest

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
