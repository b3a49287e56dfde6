"""What would have left is kept to be looked at, by business, and for 30 days."""

from __future__ import annotations

import pytest

from leadhall.core.db import Scope, scoped
from leadhall.core.errors import NotFound
from leadhall.notify.captured import NewCaptured, capture, drop_old, get_captured, list_captured


def a_text(business_id, **more):
    told = {"channel": "sms", "kind": "owner_notice", "sender": "+1", "recipient": "+2", "text": "Dana: Kitchen"}
    return NewCaptured(business_id=business_id, because="not_configured", **told | more)


async def test_what_is_kept_is_read_back_newest_first(worker_pool, world):
    first = await capture(worker_pool, a_text(world.first.id))
    second = await capture(worker_pool, a_text(world.second.id, text="two"))

    assert [each.uid for each in await list_captured(worker_pool)] == [second, first]
    assert [each.uid for each in await list_captured(worker_pool, business_id=world.first.id)] == [first]
    kept = await get_captured(worker_pool, first)
    assert (kept.business, kept.text, kept.because) == ("Acme Plumbing", "Dana: Kitchen", "not_configured")


async def test_what_is_not_kept_is_not_found(worker_pool, world):
    with pytest.raises(NotFound):
        await get_captured(worker_pool, "nothing")


async def test_the_old_is_forgotten(worker_pool, owner, world):
    await capture(worker_pool, a_text(world.first.id))
    recent = await capture(worker_pool, a_text(world.first.id))
    await owner.execute("update captured set at = now() - interval '31 days' where uid <> $1", recent)

    await drop_old(worker_pool)

    assert [each.uid for each in await list_captured(worker_pool)] == [recent]


async def test_a_business_sees_its_own_only(worker_pool, app_pool, world):
    mine = await capture(worker_pool, a_text(world.first.id))
    await capture(worker_pool, a_text(world.outsider.business.id))

    async with scoped(app_pool, Scope.of([world.first.id])) as connection:
        assert [each.uid for each in await list_captured(connection)] == [mine]
