"""What leads offered and the card did not take: accepted as an edit, or dismissed for good."""

import pytest

from leadhall.clients.edit import edit_client
from leadhall.clients.suggestions import accept_suggestion, dismiss_suggestion, list_suggestions
from leadhall.core.errors import AlreadyExists, NotFound


@pytest.fixture
def suggested(at_desk, world):
    async def suggested(uid):
        async with at_desk() as desk:
            return await list_suggestions(desk.connection, world.first.id, uid)

    return suggested


async def test_a_suggestion_is_listed_with_its_leads_and_its_count(file, suggested):
    first = await file()
    leads = [await file(first_name="Dani") for _ in range(2)]
    [told] = await suggested(first.client_uid)

    assert (told.field, told.value, told.times) == ("first_name", "Dani", 2)
    assert (told.first_lead, told.last_lead) == tuple(lead.conversation_uid for lead in leads)


async def test_to_accept_is_to_edit(file, suggested, at_desk, owner):
    lead = await file()
    await file(first_name="Dani")
    [told] = await suggested(lead.client_uid)
    async with at_desk() as desk:
        client = await accept_suggestion(desk, lead.client_uid, told.uid)

    assert client.first_name == "Dani"
    assert await owner.fetchval("select because from card_change") == "suggestion"
    assert await suggested(lead.client_uid) == []


async def test_a_dismissed_suggestion_does_not_come_back(file, suggested, at_desk):
    lead = await file()
    await file(first_name="Dani")
    [told] = await suggested(lead.client_uid)
    async with at_desk() as desk:
        await dismiss_suggestion(desk, lead.client_uid, told.uid)
    await file(first_name="Dani")

    assert await suggested(lead.client_uid) == []
    async with at_desk() as desk:
        with pytest.raises(NotFound):
            await accept_suggestion(desk, lead.client_uid, told.uid)


async def test_an_accepted_unique_id_finds_the_client_from_then_on(file, suggested, at_desk):
    lead = await file()
    await file(unique_id="crm-17")
    [told] = await suggested(lead.client_uid)
    async with at_desk() as desk:
        await accept_suggestion(desk, lead.client_uid, told.uid)

    assert (await file(identifier_type="unique_id", unique_id="crm-17", email=None)).client_uid == lead.client_uid


async def test_a_key_that_another_took_meanwhile_is_refused_and_stays_suggested(file, suggested, at_desk):
    lead = await file()
    await file(unique_id="crm-17")
    await file(identifier_type="unique_id", unique_id="crm-17", email=None)
    [told] = await suggested(lead.client_uid)
    with pytest.raises(AlreadyExists):
        async with at_desk() as desk:
            await accept_suggestion(desk, lead.client_uid, told.uid)

    assert [each.uid for each in await suggested(lead.client_uid)] == [told.uid]


async def test_a_suggested_tag_is_added(file, suggested, at_desk):
    lead = await file()
    async with at_desk() as desk:
        await edit_client(desk, lead.client_uid, {"last_name": "Levi"})
    await file(tags="vip")
    [told] = await suggested(lead.client_uid)
    async with at_desk() as desk:
        client = await accept_suggestion(desk, lead.client_uid, told.uid)

    assert client.tags == ["vip"]
