"""A card changed by hand: what is stored, what history and subscribers hear, what intake may do afterwards."""

import pytest

from leadhall.clients.create import create_client
from leadhall.clients.edit import edit_client
from leadhall.clients.fields import create_field
from leadhall.clients.history import history_of
from leadhall.core.errors import AlreadyExists, Invalid, NotFound
from tests.clients.conftest import ACTOR


async def events(owner):
    rows = await owner.fetch("select facts from outbox where kind = 'client' order by uid")
    return [(row["facts"]["events"], row["facts"].get("tags")) for row in rows]


async def test_an_edit_is_stored_with_its_history_and_told_once(at_desk, file, owner):
    lead = await file(phone="+1 415 555 0132", tags="web")
    async with at_desk() as desk:
        values = {"last_name": " Levi ", "phone": "(415) 555-0133", "status": "Loyal"}
        client = await edit_client(desk, lead.client_uid, values, tags=["vip"])

    assert (client.last_name, client.phone_e164, client.status, client.tags) == (
        "Levi",
        "+14155550133",
        "loyal",
        ["vip"],
    )
    assert client.revision == 2
    rows = await owner.fetch("select field, was, becomes, actor, because from card_change order by uid")
    assert [tuple(row) for row in rows] == [
        ("last_name", None, "Levi", ACTOR, "edit"),
        ("phone", "+1 415 555 0132", "(415) 555-0133", ACTOR, "edit"),
        ("status", "lead", "loyal", ACTOR, "edit"),
        ("tags", "web", None, ACTOR, "edit"),
        ("tags", None, "vip", ACTOR, "edit"),
    ]
    assert await events(owner) == [(["client/updated"], None), (["tag/add"], ["vip"]), (["tag/delete"], ["web"])]


async def test_an_edit_that_changes_nothing_writes_nothing(at_desk, file, owner):
    lead = await file(tags="web")
    async with at_desk() as desk:
        client = await edit_client(desk, lead.client_uid, {"first_name": "Dana", "status": "lead"}, tags=["web"])

    assert client.revision == 1
    assert await events(owner) == []


async def test_intake_only_suggests_to_a_card_that_a_person_edited(at_desk, file, owner):
    lead = await file()
    async with at_desk() as desk:
        await edit_client(desk, lead.client_uid, {"address": "12 Harbour St"})
    await file(last_name="Levi")

    assert await owner.fetchval("select last_name from client") is None
    assert await owner.fetchval("select value from suggestion") == "Levi"


async def test_the_email_key_follows_the_card(at_desk, file):
    lead = await file(email="old@example.com")
    async with at_desk() as desk:
        await edit_client(desk, lead.client_uid, {"email": "New@Example.com"})

    assert (await file(email="new@example.com")).client_uid == lead.client_uid
    assert (await file(email="old@example.com")).client_uid != lead.client_uid


async def test_an_email_of_another_client_is_refused_and_nothing_changes(at_desk, file, owner):
    lead, _ = await file(email="a@example.com"), await file(email="b@example.com")
    with pytest.raises(AlreadyExists):
        async with at_desk() as desk:
            await edit_client(desk, lead.client_uid, {"email": "B@example.com", "last_name": "Levi"})

    assert await owner.fetchval("select last_name from client where uid = $1", lead.client_uid) is None
    assert (await file(email="a@example.com")).client_uid == lead.client_uid


async def test_own_fields_hold_what_their_type_holds_and_an_identifier_is_a_key(at_desk, file, world):
    lead = await file()
    async with at_desk() as desk:
        day = await create_field(desk.connection, world.first.id, label="Day", type_="datepicker")
        number = await create_field(desk.connection, world.first.id, label="Unique ID", type_="identifier")
    async with at_desk() as desk:
        client = await edit_client(desk, lead.client_uid, {day.id: "2026-11-22", "unique_id": "crm-17"})

    assert client.fields == {day.id: "2026-11-22", number.id: "crm-17"}
    found = await file(identifier_type="unique_id", unique_id="crm-17", email=None)
    assert found.client_uid == lead.client_uid


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({"first_name": " "}, [("missing", "first_name")]),
        ({"email": "nobody"}, [("invalid", "email")]),
        ({"phone": "none"}, [("invalid", "phone")]),
        ({"status": "boss"}, [("invalid", "status")]),
        ({"last_name": "x" * 256}, [("too_long", "last_name")]),
        ({"source": "x" * 256, "shoe_size": "9"}, [("too_long", "source"), ("invalid", "shoe_size")]),
        ({"assigned_staff_uid": "nobody"}, [("invalid", "staff_id")]),
        ({"unique_id": "x" * 256}, [("too_long", "unique_id")]),
    ],
)
async def test_what_a_field_cannot_hold_is_refused_by_name(at_desk, file, values, faults):
    lead = await file()
    async with at_desk() as desk:
        with pytest.raises(Invalid) as refused:
            await edit_client(desk, lead.client_uid, values)

    assert [(fault.code, fault.field) for fault in refused.value.faults] == faults


async def test_a_client_of_another_business_is_as_if_it_were_not(at_desk, file, world):
    lead = await file()
    async with at_desk(world.second) as desk:
        with pytest.raises(NotFound):
            await edit_client(desk, lead.client_uid, {"last_name": "Levi"})


async def test_a_client_made_by_hand_is_found_by_its_email_and_unique_id(at_desk, file, owner):
    async with at_desk() as desk:
        values = {"first_name": "Dana", "email": "Dana@Example.com", "unique_id": "crm-17"}
        client = await create_client(desk, values, tags=["web"])

    assert (await file(email="dana@example.com")).client_uid == client.uid
    assert (await file(identifier_type="unique_id", unique_id="crm-17", email=None)).client_uid == client.uid
    assert await events(owner) == [(["client/created"], None), (["tag/add"], ["web"])]


async def test_nobody_is_made_twice(at_desk, file):
    await file(email="dana@example.com")
    with pytest.raises(AlreadyExists):
        async with at_desk() as desk:
            await create_client(desk, {"first_name": "Dana", "email": "DANA@example.com"})


async def test_the_history_of_a_field_tells_who_when_and_from_what(at_desk, file, world, owner):
    first = await file(email="dana@example.com")
    second = await file(email="dana@example.com", last_name="Levi", tags="web")
    async with at_desk() as desk:
        await edit_client(desk, first.client_uid, {"last_name": "Levy"})
        await edit_client(desk, first.client_uid, {"last_name": "Levin"})
        told = await history_of(desk.connection, world.first.id, first.client_uid, field="last_name")
        everything = await history_of(desk.connection, world.first.id, first.client_uid)

    assert [(each.was, each.becomes, each.because) for each in told] == [
        ("Levy", "Levin", "edit"),
        ("Levi", "Levy", "edit"),
        (None, "Levi", "lead"),
    ]
    assert told[2].lead_uid == second.conversation_uid
    by_first = {each.field: each.becomes for each in everything if each.lead_uid == first.conversation_uid}
    assert by_first == {"email": "dana@example.com", "first_name": "Dana", "status": "lead"}
    assert [each.becomes for each in everything if each.field == "tags"] == ["web"]
