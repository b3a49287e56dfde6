"""What changes of businesses, staff and apps is told where it changes, whoever asked for it, and told once."""

import pytest

from leadhall.core.errors import AlreadyExists
from leadhall.tenancy.apps import install_app, uninstall_app
from leadhall.tenancy.businesses import (
    BusinessChange,
    NewBusiness,
    close_business,
    create_business,
    reopen_business,
    tell_more,
    update_business,
)
from leadhall.tenancy.staff import NewStaff, add_staff, remove_staff, set_mobile_number, set_role
from leadhall.tenancy.terms import select_term

CAROL = NewStaff(email="carol@acme.example", display_name="Carol")


@pytest.fixture
def told(owner):
    """The events that wait, in the order they happened, as (business, name)."""

    async def told():
        rows = await owner.fetch("select business_id, facts from outbox order by uid")
        return [(row["business_id"], name) for row in rows for name in row["facts"]["events"]]

    return told


async def test_a_new_business_is_told_before_its_owner(owner, world, told):
    business = await create_business(owner, world.directory.id, NewBusiness(name="New"))
    await add_staff(owner, business.id, CAROL)

    assert await told() == [(business.id, "business/created"), (business.id, "staff/created")]


async def test_every_way_to_change_a_business_is_told_once(owner, world, told):
    await update_business(owner, world.first.uid, BusinessChange(phone="1"), told={"logo": "x"})
    await tell_more(owner, world.first.id, {"auto_reply": None})
    await select_term(owner, world.first.id, "patients")
    await close_business(owner, world.first.uid)
    await reopen_business(owner, world.first.uid)

    assert await told() == [(world.first.id, "business/updated")] * 5
    kept = await owner.fetchval("select settings from business where id = $1", world.first.id)
    assert kept == {"logo": "x", "auto_reply": None, "client_term": "patients"}


async def test_what_changes_of_a_member_is_told_and_what_does_not_is_not(owner, world, told):
    for _ in range(2):
        await set_role(owner, world.first.id, world.colleague, "manager")
        await set_mobile_number(owner, world.first.id, world.colleague, "+14155550132")
    for _ in range(2):
        await remove_staff(owner, world.first.id, world.colleague)

    assert [name for _, name in await told()] == ["staff/updated", "staff/updated", "staff/deleted"]


async def test_an_app_that_is_let_in_and_put_out_is_told_with_its_names(owner, world, told):
    for _ in range(2):
        await install_app(owner, world.app.id, world.second.id)
    for _ in range(2):
        await uninstall_app(owner, world.app.id, world.second.id)
    await install_app(owner, world.app.id, world.second.id)

    names = ["app/installed", "app/uninstalled", "app/installed"]
    assert await told() == [(world.second.id, name) for name in names]
    data = await owner.fetchval("select facts -> 'data' from outbox limit 1")
    code_name = await owner.fetchval("select code_name from app where id = $1", world.app.id)
    assert data == {"business_id": world.second.uid, "app_id": world.app.uid, "app_code_name": code_name}


async def test_what_was_refused_is_not_told(owner, world, told):
    taken = BusinessChange(phone="1", nickname=world.second.nickname)
    with pytest.raises(AlreadyExists):
        await update_business(owner, world.first.uid, taken)

    assert await told() == []
