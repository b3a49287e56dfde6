import asyncio

import pytest

from leadhall.clients import fields as fields_module
from leadhall.clients.fields import FieldChange, create_field, delete_field, get_field, list_fields, update_field
from leadhall.core.db import Scope, scoped
from leadhall.core.errors import AlreadyExists, Invalid, NotFound
from tests.races import until_one_waits


@pytest.fixture
async def card(app_pool, world):
    async with scoped(app_pool, Scope.of([world.first.id])) as connection:
        yield connection


async def test_fields_stand_in_the_order_they_were_made(card, world):
    first = await create_field(card, world.first.id, label=" Budget ", type_="dropdown", options=["Low", "High"])
    second = await create_field(card, world.first.id, label="Preferred date", type_="datepicker", required=True)

    assert await list_fields(card, world.first.id) == [first, second]
    assert (first.label, first.options, first.position) == ("Budget", ["Low", "High"], 1)
    assert (second.required, second.position) == (True, 2)


async def test_a_field_that_is_deleted_while_it_is_changed_is_not_found(app_pool, owner, world):
    made = await create_field(owner, world.first.id, label="Budget")

    async def change():
        async with scoped(app_pool, Scope.of([world.first.id])) as connection:
            await update_field(connection, world.first.id, made.id, FieldChange(label="Money"))

    async with scoped(app_pool, Scope.of([world.first.id])) as connection:
        await delete_field(connection, world.first.id, made.id)
        changing = asyncio.create_task(change())
        await until_one_waits(owner)
    with pytest.raises(NotFound):
        await changing


async def test_a_field_is_found_by_its_id(card, world):
    made = await create_field(card, world.first.id, label="Budget")

    assert await get_field(card, world.first.id, made.id) == made
    assert made.on_card().label == "Budget"


async def test_a_field_of_another_business_is_as_if_it_were_not(card, world):
    made = await create_field(card, world.first.id, label="Budget")

    with pytest.raises(NotFound):
        await get_field(card, world.second.id, made.id)
    assert await list_fields(card, world.second.id) == []


@pytest.mark.parametrize("type_", ["opt-in", "identifier"])
async def test_a_card_has_one_field_for_consent_and_one_for_identity(card, world, type_):
    await create_field(card, world.first.id, label="One", type_=type_)

    with pytest.raises(AlreadyExists):
        await create_field(card, world.first.id, label="Two", type_=type_)


@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ({"label": " "}, ["missing"]),
        ({"label": "x" * 256}, ["too_long"]),
        ({"type_": "colour"}, ["invalid"]),
        ({"object_type": "thing"}, ["invalid"]),
        ({"forms": ["poster"]}, ["invalid"]),
        ({"options": ["a"]}, ["invalid"]),
        ({"type_": "dropdown"}, ["missing"]),
        ({"type_": "dropdown", "options": ["a", "A "]}, ["invalid"]),
        ({"type_": "dropdown", "options": ["a", ""]}, ["invalid"]),
        ({"type_": "dropdown", "options": [str(n) for n in range(501)]}, ["too_many"]),
        ({"label": "", "type_": "colour", "forms": ["poster"]}, ["missing", "invalid", "invalid"]),
    ],
)
async def test_every_fault_of_a_field_is_named_at_once(card, world, wrong, codes):
    with pytest.raises(Invalid) as refused:
        await create_field(card, world.first.id, **{"label": "Budget"} | wrong)

    assert [fault.code for fault in refused.value.faults] == codes


async def test_a_card_has_room_for_so_many_fields(card, world, monkeypatch):
    monkeypatch.setattr(fields_module, "FIELDS_MOST", 1)
    await create_field(card, world.first.id, label="One")

    with pytest.raises(Invalid):
        await create_field(card, world.first.id, label="Two")


async def test_two_who_add_a_field_at_once_get_two_places(app_pool, world):
    async def add(label):
        async with scoped(app_pool, Scope.of([world.first.id])) as connection:
            return await create_field(connection, world.first.id, label=label)

    made = await asyncio.gather(*(add(f"F{n}") for n in range(4)))

    assert sorted(field.position for field in made) == [1, 2, 3, 4]
