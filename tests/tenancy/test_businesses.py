"""Businesses: made with every fault told at once, found by any of their names, listed in pages."""

import asyncio

import pytest

from leadhall.core.errors import AlreadyExists, Invalid, NotFound
from leadhall.tenancy.businesses import (
    BusinessChange,
    NewBusiness,
    close_business,
    create_business,
    find_business,
    get_business,
    list_businesses,
    reopen_business,
    update_business,
)


async def test_a_business_keeps_what_it_was_told(owner, world):
    new = NewBusiness(
        name=" Delta Roofing ",
        nickname="delta.roofing",
        external_reference_id="CRM-9",
        country="il",
        time_zone="Jerusalem",
        locale="he",
        currency="ils",
        repeat_window_s=0,
    )

    business = await create_business(owner, world.directory.id, new)

    told = (business.name, business.nickname, business.external_reference_id, business.directory_uid)
    assert told == ("Delta Roofing", "delta.roofing", "CRM-9", world.directory.uid)
    place = (business.country, business.time_zone, business.locale, business.currency, business.repeat_window_s)
    assert place == ("IL", "Asia/Jerusalem", "he", "ILS", 0)


async def test_a_business_may_bring_its_uid_along(owner, world):
    business = await create_business(owner, world.directory.id, NewBusiness(name="Moved", uid="jg7vmlf2uwx5m6fy"))

    assert business.uid == "jg7vmlf2uwx5m6fy"


async def test_every_fault_of_a_new_business_is_told_at_once(owner, world):
    new = NewBusiness(name=" ", nickname="No", country="XX", time_zone="Nowhere", currency="?", repeat_window_s=-1)

    with pytest.raises(Invalid) as refusal:
        await create_business(owner, world.directory.id, new)

    fields = {fault.field for fault in refusal.value.faults}
    assert fields == {"name", "nickname", "country", "time_zone", "currency", "repeat_window_s"}


async def test_an_absent_name_has_the_upstream_sentence(owner, world):
    with pytest.raises(Invalid) as refusal:
        await create_business(owner, world.directory.id, NewBusiness(name=""))

    assert refusal.value.first.message == "Mandatory parameter name is missing"


async def test_imports_may_have_freer_nicknames(owner, world):
    business = await create_business(owner, world.directory.id, NewBusiness(name="D", nickname="D-1"), imported=True)

    assert business.nickname == "D-1"


async def test_a_refused_name_leaves_no_business_behind(owner, world):
    before = await owner.fetchval("select count(*) from business")

    with pytest.raises(AlreadyExists):
        await create_business(owner, world.directory.id, NewBusiness(name="D", nickname=world.first.nickname))

    assert await owner.fetchval("select count(*) from business") == before


@pytest.mark.parametrize("other_directory", [False, True])
async def test_a_uid_is_given_once_in_the_installation(owner, world, other_directory):
    directory = world.outsider.directory if other_directory else world.directory

    with pytest.raises(AlreadyExists) as refusal:
        await create_business(owner, directory.id, NewBusiness(name="D", uid=world.first.uid))

    assert refusal.value.first.field == "uid"


async def test_of_two_who_want_one_name_at_once_one_gets_it(owner, database, world):
    other = await database.connect("owner")
    made = await asyncio.gather(
        create_business(owner, world.directory.id, NewBusiness(name="A", nickname="wanted.name")),
        create_business(other, world.directory.id, NewBusiness(name="B", nickname="wanted.name")),
        return_exceptions=True,
    )
    await other.close()

    assert sorted(type(each).__name__ for each in made) == ["AlreadyExists", "Business"]


async def test_a_business_needs_a_directory(owner):
    with pytest.raises(NotFound):
        await create_business(owner, 1 << 40, NewBusiness(name="D"))


@pytest.mark.parametrize("kind", ["uid", "nickname", "external_reference_id"])
async def test_a_business_is_found_by_each_of_its_names_in_any_case(owner, world, kind):
    found = await find_business(owner, world.directory.id, f" {getattr(world.first, kind).upper()} ")

    assert found.uid == world.first.uid


async def test_a_business_of_another_directory_is_not_found(owner, world):
    with pytest.raises(NotFound):
        await find_business(owner, world.directory.id, world.outsider.business.uid)
    with pytest.raises(NotFound):
        await get_business(owner, world.outsider.business.uid, directory_id=world.directory.id)


async def test_pages_follow_each_other_without_gap_or_repeat(owner, world):
    for number in range(5):
        await create_business(owner, world.directory.id, NewBusiness(name=f"Number {number}"))
    pages, after = [], 0

    while page := await list_businesses(owner, world.directory.id, after_id=after, limit=3):
        pages.append([business.name for business in page])
        after = page[-1].id

    assert pages == [["Acme Plumbing", "Bright Dental", "Number 0"], ["Number 1", "Number 2", "Number 3"], ["Number 4"]]


async def test_a_change_leaves_the_rest_as_it_is(owner, world):
    before = await get_business(owner, world.first.uid)

    after = await update_business(owner, world.first.uid, BusinessChange(phone="555-0100", time_zone="Hawaii"))

    assert (after.phone, after.time_zone) == ("555-0100", "Pacific/Honolulu")
    assert (after.name, after.nickname, after.country) == (before.name, before.nickname, before.country)


async def test_blank_clears_what_may_be_blank(owner, world):
    await update_business(owner, world.first.uid, BusinessChange(email="a@b.example"))

    after = await update_business(owner, world.first.uid, BusinessChange(email="", external_reference_id=""))

    assert (after.email, after.external_reference_id) == (None, None)


async def test_the_name_cannot_be_blanked(owner, world):
    with pytest.raises(Invalid):
        await update_business(owner, world.first.uid, BusinessChange(name=" "))


async def test_a_renamed_business_answers_to_the_new_name_and_keeps_the_old_one_reserved(owner, world):
    await update_business(owner, world.first.uid, BusinessChange(nickname="acme.pipes"))

    assert (await find_business(owner, world.directory.id, "acme.pipes")).uid == world.first.uid
    with pytest.raises(NotFound):
        await find_business(owner, world.directory.id, world.first.nickname)
    with pytest.raises(AlreadyExists):
        await update_business(owner, world.second.uid, BusinessChange(nickname=world.first.nickname))


async def test_a_rename_that_clashes_changes_nothing(owner, world):
    with pytest.raises(AlreadyExists):
        await update_business(owner, world.first.uid, BusinessChange(name="Changed", nickname=world.second.nickname))

    business = await get_business(owner, world.first.uid)
    assert (business.name, business.nickname) == ("Acme Plumbing", world.first.nickname)


async def test_closing_keeps_the_names_and_can_be_undone(owner, world):
    assert (await close_business(owner, world.first.uid)).closed_at
    with pytest.raises(AlreadyExists):
        await update_business(owner, world.second.uid, BusinessChange(nickname=world.first.nickname))

    assert (await reopen_business(owner, world.first.uid)).closed_at is None
