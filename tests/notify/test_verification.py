"""A number is theirs once they typed the code that was texted to it; an address once its link was pressed."""

from __future__ import annotations

import pytest

from leadhall.core.errors import RateLimited
from leadhall.notify.verification import TRIES_MOST, ask_for_address, check_code, text_code, unseal

NUMBER = "+14155550132"


async def the_code(owner, key):
    sealed = await owner.fetchval(
        "select facts ->> 'sealed_code' from outbox where kind = 'verify_phone' order by uid desc limit 1"
    )
    return unseal(key, sealed)


async def ask(owner, key, world, number=NUMBER):
    await text_code(owner, key, world.first.id, world.first.owner, number)
    return await the_code(owner, key)


async def a_minute_later(owner):
    await owner.execute("update phone_check set asked_at = asked_at - interval '61 seconds'")


async def is_verified(owner, world):
    return await owner.fetchval(
        "select verified_at is not null from phone_check where business_id = $1 and staff_uid = $2",
        *(world.first.id, world.first.owner),
    )


async def check(owner, key, world, code):
    return await check_code(owner, key, world.first.id, world.first.owner, code)


async def test_the_right_code_makes_the_number_theirs_once(owner, key, world):
    code = await ask(owner, key, world)

    assert len(code) == 6
    assert await check(owner, key, world, f" {code} ")
    assert await is_verified(owner, world)
    assert not await check(owner, key, world, code)


async def test_the_code_stands_in_no_table(owner, key, world):
    code = await ask(owner, key, world)

    assert code not in str(await owner.fetchrow("select facts from outbox"))
    assert code not in str(await owner.fetchrow("select phone_check::text from phone_check"))


async def test_after_five_wrong_codes_the_right_one_is_worth_nothing(owner, key, world):
    code = await ask(owner, key, world)
    wrong = "000000" if code != "000000" else "111111"

    assert not any([await check(owner, key, world, wrong) for _ in range(TRIES_MOST)])
    assert not await check(owner, key, world, code)


async def test_a_code_dies_after_ten_minutes(owner, key, world):
    code = await ask(owner, key, world)
    await owner.execute("update phone_check set expires_at = expires_at - interval '10 minutes'")

    assert not await check(owner, key, world, code)


async def test_one_code_a_minute_and_ten_a_day(owner, key, world):
    await ask(owner, key, world)
    with pytest.raises(RateLimited):
        await ask(owner, key, world)
    await owner.execute("update phone_check set asked_today = 10")
    await a_minute_later(owner)
    if await owner.fetchval("select asked_at::date = now()::date from phone_check"):
        with pytest.raises(RateLimited):
            await ask(owner, key, world)


async def test_another_number_must_be_verified_anew_the_same_one_not(owner, key, world):
    await check(owner, key, world, await ask(owner, key, world))
    await a_minute_later(owner)
    await ask(owner, key, world)
    assert await is_verified(owner, world)
    await a_minute_later(owner)
    await ask(owner, key, world, "+14155550199")
    assert not await is_verified(owner, world)


async def test_a_code_is_of_one_member_of_one_business(owner, key, world):
    code = await ask(owner, key, world)

    assert not await check_code(owner, key, world.first.id, world.colleague, code)
    assert not await check_code(owner, key, world.second.id, world.first.owner, code)


async def test_asking_for_an_address_leaves_a_letter_to_be_written(owner, world):
    await ask_for_address(owner, world.first.id, world.first.owner, "ann@acme.example")

    facts = await owner.fetchval("select facts from outbox where kind = 'verify'")
    assert facts == {"recipient": "ann@acme.example", "staff_uid": world.first.owner}
