"""Templates of notices, changed by two at once."""

import asyncio
from dataclasses import replace

import pytest

from leadhall.core.db import Scope, scoped
from leadhall.core.errors import AlreadyExists
from leadhall.notify.templates.templates import NewTemplate, add_template, change_template, get_template
from tests.races import until_one_waits

NEW = NewTemplate(
    code_name="one", title="One", description="One", category="account", configurable_by_staff=True,
    trigger_type="system", delivery_channels=["pane"], content={"staff_portal": {"title": "One"}},
)  # fmt: skip


async def test_two_who_take_one_code_name_at_once_do_not_both_get_it(app_pool, owner, world):
    one = await add_template(owner, world.first.id, NEW, made_by="t")
    two = await add_template(owner, world.first.id, replace(NEW, code_name="two"), made_by="t")
    wanted = replace(NEW, code_name="wanted")

    async def change():
        async with scoped(app_pool, Scope.of([world.first.id])) as connection:
            with pytest.raises(AlreadyExists):
                await change_template(connection, world.first.id, two.uid, wanted)
            return await get_template(connection, world.first.id, two.uid)  # the transaction lives on

    async with scoped(app_pool, Scope.of([world.first.id])) as connection:
        await change_template(connection, world.first.id, one.uid, wanted)
        changing = asyncio.create_task(change())
        await until_one_waits(owner)
    assert (await changing).code_name == "two"
