"""One namespace a directory: who takes a name has it, and nobody inherits another's leads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadhall.core.errors import AlreadyExists
from leadhall.tenancy.names import claim_name, claim_names, free_name, name_key, read_nickname, read_uid

SAME = [("Acme", "acme"), ("  acme ", "ACME"), ("Caf\u00e9", "cafe\u0301"), ("\u212aim", "kim"), ("İ", "i\u0307")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_that_read_the_same_are_one_name(one, other):
    assert name_key(one) == name_key(other)


@given(st.text())
def test_the_key_of_a_key_is_that_key(text):
    assert name_key(name_key(text)) == name_key(text)


@pytest.mark.parametrize("nickname", ["acme", "Acme.plumbing", "acme plumbing", "acme-plumbing", "ácme.x", ""])
def test_a_new_nickname_has_five_lowercase_letters_digits_and_dots(nickname):
    with pytest.raises(ValueError, match="at least 5"):
        read_nickname(nickname)


@pytest.mark.parametrize("uid", ["jg7vmlf2uwx5m6fy", "b1ed52cb3c5a6f87", "A-1_b"])
def test_an_existing_uid_may_be_brought_along(uid):
    assert read_uid(uid) == uid


@pytest.mark.parametrize("uid", ["", "a b", "a/b", "../a", "-a", "a" * 65, "ä", "a\n"])
def test_a_uid_that_could_not_stand_in_a_path_is_refused(uid):
    with pytest.raises(ValueError, match="letters and digits"):
        read_uid(uid)


async def the_names(owner, business):
    rows = await owner.fetch(
        "select name, kinds from business_name where business_id = $1 and freed_at is null", business.id
    )
    return {row["name"]: sorted(row["kinds"]) for row in rows}


async def claim(owner, business, kind, name):
    await claim_name(owner, business.directory_id, business.id, kind, name)


@pytest.mark.parametrize("kind", ["uid", "nickname", "external_reference_id"])
async def test_a_name_in_use_is_nobody_elses_under_any_kind(owner, world, kind):
    with pytest.raises(AlreadyExists) as refusal:
        await claim(owner, world.second, kind, " Acme.Plumbing ")

    assert refusal.value.first.field == kind


async def test_a_clash_names_the_name_and_not_whose_it_is(owner, world):
    with pytest.raises(AlreadyExists) as refusal:
        await claim(owner, world.second, "nickname", "acme.plumbing")

    assert "acme.plumbing" in refusal.value.first.message
    assert world.first.uid not in str(refusal.value.faults)


async def test_every_clash_is_named_at_once(owner, world):
    names = {"nickname": world.first.nickname, "external_reference_id": world.first.uid}

    with pytest.raises(AlreadyExists) as refusal:
        await claim_names(owner, world.directory.id, world.second.id, names)

    assert {fault.field for fault in refusal.value.faults} == set(names)


async def test_another_directory_may_use_the_same_name(owner, world):
    await claim(owner, world.outsider.business, "nickname", world.first.nickname)

    assert world.first.nickname in await the_names(owner, world.outsider.business)


async def test_one_name_may_serve_a_business_twice(owner, world):
    await claim(owner, world.first, "external_reference_id", world.first.nickname)

    assert (await the_names(owner, world.first))[world.first.nickname] == ["external_reference_id", "nickname"]


async def test_freeing_one_use_of_a_name_keeps_the_other(owner, world):
    await claim(owner, world.first, "external_reference_id", world.first.uid)

    await free_name(owner, world.first.id, "external_reference_id")

    assert (await the_names(owner, world.first))[world.first.uid] == ["uid"]


async def test_a_freed_name_stays_reserved(owner, world):
    await free_name(owner, world.first.id, "nickname")

    with pytest.raises(AlreadyExists):
        await claim(owner, world.second, "nickname", world.first.nickname)


async def test_its_former_holder_may_take_a_freed_name_back(owner, world):
    await free_name(owner, world.first.id, "nickname")

    await claim(owner, world.first, "external_reference_id", world.first.nickname)

    assert (await the_names(owner, world.first))[world.first.nickname] == ["external_reference_id"]


@pytest.mark.parametrize(("days", "taken"), [(89, False), (91, True)])
async def test_a_freed_name_is_anybodys_after_90_days(owner, world, days, taken):
    await free_name(owner, world.first.id, "nickname")
    await owner.execute(
        "update business_name set freed_at = now() - $1 * interval '1 day' where freed_at is not null", days
    )

    try:
        await claim(owner, world.second, "nickname", world.first.nickname)
    except AlreadyExists:
        assert not taken
    else:
        assert taken
