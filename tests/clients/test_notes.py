import asyncio

import pytest

from leadhall.clients.notes import add_note, delete_note, edit_note, get_note, list_notes
from leadhall.core.errors import Invalid, NotFound
from tests.races import until_one_waits


async def test_notes_come_newest_first_with_their_number(at_desk, file, world):
    lead = await file()
    async with at_desk() as desk:
        made = [
            await add_note(desk.connection, world.first.id, lead.client_uid, staff_uid="s", content=str(n))
            for n in range(3)
        ]
        page, total = await list_notes(desk.connection, world.first.id, lead.client_uid, per_page=2)

    assert (page, total) == (made[:0:-1], 3)


async def test_a_note_is_edited_and_deleted(at_desk, file, world):
    lead = await file()
    async with at_desk() as desk:
        note = await add_note(desk.connection, world.first.id, lead.client_uid, staff_uid="s", title="T", content="C")
        edited = await edit_note(desk.connection, world.first.id, note.uid, title="")
        await delete_note(desk.connection, world.first.id, note.uid)

        assert (edited.title, edited.content) == (None, "C")
        with pytest.raises(NotFound):
            await get_note(desk.connection, world.first.id, note.uid)


async def test_a_note_that_is_deleted_while_it_is_edited_is_not_found(at_desk, file, world, owner):
    lead = await file()
    async with at_desk() as desk:
        note = await add_note(desk.connection, world.first.id, lead.client_uid, staff_uid="s", content="C")

    async def edit():
        async with at_desk() as desk:
            await edit_note(desk.connection, world.first.id, note.uid, content="D")

    async with at_desk() as desk:
        await delete_note(desk.connection, world.first.id, note.uid)
        editing = asyncio.create_task(edit())
        await until_one_waits(owner)
    with pytest.raises(NotFound):
        await editing


@pytest.mark.parametrize("wrong", [{}, {"title": " "}, {"title": "x" * 256}, {"content": "x" * 16_385}])
async def test_a_note_of_nothing_or_of_too_much_is_refused(at_desk, file, world, wrong):
    lead = await file()
    async with at_desk() as desk:
        with pytest.raises(Invalid):
            await add_note(desk.connection, world.first.id, lead.client_uid, staff_uid="s", **wrong)


async def test_a_note_of_another_business_is_as_if_it_were_not(at_desk, file, world):
    lead = await file()
    async with at_desk() as desk:
        note = await add_note(desk.connection, world.first.id, lead.client_uid, staff_uid="s", content="C")
    async with at_desk(world.second) as desk:
        with pytest.raises(NotFound):
            await get_note(desk.connection, world.second.id, note.uid)
        with pytest.raises(NotFound):
            await add_note(desk.connection, world.second.id, lead.client_uid, staff_uid="s", content="C")
