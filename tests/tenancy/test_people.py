"""Directories, users and staff: a user is a login, staff is membership, one person may serve many."""

import asyncio

import pytest

from leadhall.core.errors import AlreadyExists, Invalid, NotFound
from leadhall.tenancy.businesses import get_business
from leadhall.tenancy.directories import add_admin, create_directory, get_directory, list_directories
from leadhall.tenancy.staff import NewStaff, add_staff, get_staff, list_staff, remove_staff
from leadhall.tenancy.users import find_or_make_user, find_user
from tests.races import until_one_waits

CAROL = NewStaff(email="Carol@Acme.example", display_name="Carol", role="manager")


async def test_a_uid_that_two_bring_along_at_once_is_given_once(owner, database, world):
    other, third = await database.connect("owner"), await database.connect("owner")
    new = NewStaff(email="one@acme.example", display_name="One", uid="st4ff")
    transaction = other.transaction()
    await transaction.start()
    await add_staff(other, world.first.id, new)
    adding = asyncio.create_task(
        add_staff(third, world.second.id, NewStaff(email="two@acme.example", display_name="Two", uid="st4ff"))
    )
    await until_one_waits(owner)
    await transaction.commit()
    with pytest.raises(AlreadyExists):
        await adding
    await other.close()
    await third.close()


async def test_a_directory_is_found_by_its_uid(owner):
    made = await create_directory(owner, " Agency ", uid="d1r3ct0ry")

    assert await get_directory(owner, "d1r3ct0ry") == made
    assert made.name == "Agency"


async def test_a_directorys_uid_is_given_once(owner, world):
    with pytest.raises(AlreadyExists):
        await create_directory(owner, "Again", uid=world.directory.uid)


async def test_directories_are_listed_as_they_were_made(owner, world):
    await create_directory(owner, "Third")

    assert [directory.name for directory in await list_directories(owner)] == ["Agency", "Rivals", "Third"]


async def test_making_an_admin_twice_is_harmless(owner, world):
    user = await find_or_make_user(owner, "boss@agency.example")

    await add_admin(owner, world.directory.id, user.id)
    await add_admin(owner, world.directory.id, user.id)

    assert await owner.fetchval("select count(*) from directory_admin") == 1


async def test_a_person_who_joins_becomes_staff_with_a_login(owner, world):
    carol = await add_staff(owner, world.second.id, CAROL)

    assert (carol.email, carol.role, carol.display_name) == ("Carol@Acme.example", "manager", "Carol")
    assert (await find_user(owner, "carol@ACME.example")).uid == carol.user_uid


async def test_one_person_may_serve_two_businesses_with_one_login(owner, world):
    here = await add_staff(owner, world.first.id, CAROL)
    there = await add_staff(owner, world.second.id, CAROL)

    assert (here.user_id, here.uid) == (there.user_id, here.uid)
    assert here.uid != there.uid


async def test_nobody_serves_one_business_twice(owner, world):
    await add_staff(owner, world.first.id, CAROL)

    with pytest.raises(AlreadyExists, match=r"staff\.email already in use"):
        await add_staff(owner, world.first.id, NewStaff(email="carol@acme.example", display_name="C"))


async def test_every_fault_of_a_new_member_is_told_at_once(owner, world):
    with pytest.raises(Invalid) as refusal:
        await add_staff(owner, world.first.id, NewStaff(email="nobody", display_name="", role="king"))

    assert {fault.field for fault in refusal.value.faults} == {"email", "display_name", "role"}


async def test_the_first_owner_becomes_the_businesss_and_stays_it(owner, world):
    await owner.execute("update business set owner_staff_uid = null where id = $1", world.second.id)

    first = await add_staff(owner, world.second.id, NewStaff(email="x@y.example", display_name="X", role="owner"))
    await add_staff(owner, world.second.id, NewStaff(email="z@y.example", display_name="Z", role="owner"))

    assert (await get_business(owner, world.second.uid)).owner_staff_uid == first.uid


async def test_a_membership_may_bring_its_uid_along_once(owner, world):
    await add_staff(owner, world.first.id, NewStaff(email="a@b.example", display_name="A", uid="st4ff"))

    with pytest.raises(AlreadyExists) as refusal:
        await add_staff(owner, world.second.id, NewStaff(email="c@b.example", display_name="C", uid="st4ff"))
    assert refusal.value.first.field == "uid"


async def test_staff_are_listed_owner_first(owner, world):
    await add_staff(owner, world.first.id, CAROL)

    names = [staff.display_name for staff in await list_staff(owner, world.first.id)]
    assert names[0] == "Ann Owner"
    assert sorted(names[1:]) == ["Cal Colleague", "Carol"]


async def test_who_left_is_listed_only_when_asked_for(owner, world):
    await remove_staff(owner, world.first.id, world.colleague)

    assert len(await list_staff(owner, world.first.id)) == 1
    assert len(await list_staff(owner, world.first.id, left_too=True)) == 2


async def test_who_comes_back_has_their_old_uid(owner, world):
    await remove_staff(owner, world.first.id, world.colleague)

    back = await add_staff(owner, world.first.id, NewStaff(email="cal@acme.example", display_name="Cal"))

    assert (back.uid, back.deleted_at) == (world.colleague, None)


async def test_the_owner_cannot_leave(owner, world):
    with pytest.raises(Invalid, match="owner"):
        await remove_staff(owner, world.first.id, world.first.owner)


async def test_staff_of_one_business_are_not_found_in_another(owner, world):
    with pytest.raises(NotFound):
        await get_staff(owner, world.second.id, world.first.owner)


@pytest.mark.parametrize("email", ["", "a", "@b", "a@", "a b@c.example", "a" * 250 + "@x.example"])
async def test_a_login_needs_an_address_that_could_be_written_to(owner, email):
    with pytest.raises(Invalid):
        await find_or_make_user(owner, email)


async def test_a_known_user_stays_as_they_are(owner):
    await find_or_make_user(owner, "a@b.example", first_name="Ada")

    again = await find_or_make_user(owner, "A@B.example", first_name="Other")

    assert (again.email, again.first_name) == ("a@b.example", "Ada")


@pytest.mark.parametrize("email", ["nobody@b.example", "no address"])
async def test_nobody_signs_in_with_an_unknown_address(owner, email):
    with pytest.raises(NotFound):
        await find_user(owner, email)
