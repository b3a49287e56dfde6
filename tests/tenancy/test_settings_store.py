"""What the installation keeps of itself."""

import pytest

from leadhall.tenancy.settings_store import (
    get_setting,
    public_url,
    sending_off,
    set_public_url,
    set_sending_off,
    set_setting,
)


async def test_nothing_is_set_at_first(owner):
    assert await public_url(owner) is None
    assert await sending_off(owner) is False
    assert await get_setting(owner, "first_dispatch_at", "never") == "never"


async def test_what_was_set_last_holds(owner):
    await set_public_url(owner, "https://old.example")
    await set_public_url(owner, "https://leads.example/")
    await set_sending_off(owner, off=True)

    assert await public_url(owner) == "https://leads.example"
    assert await sending_off(owner) is True


@pytest.mark.parametrize("value", [False, 0, "", "text", [1, {"a": None}]])
async def test_any_json_value_comes_back_as_it_went(owner, value):
    await set_setting(owner, "thing", value)

    assert await get_setting(owner, "thing", "absent") == value


async def test_none_forgets_a_setting(owner):
    await set_setting(owner, "thing", 1)
    await set_setting(owner, "thing", None)

    assert await get_setting(owner, "thing", "absent") == "absent"
