"""A conversation of the first business, and a connection that sees that business alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from leadhall.app import Application
from leadhall.core.db import Scope, scoped
from leadhall.settings import Settings
from tests.web.asking import Asker
from tests.web.leads import send_lead


@dataclass(frozen=True)
class Talk:
    """A lead's conversation: `uid`, and its client's."""

    business_id: int
    uid: str
    client_uid: str


@pytest.fixture
async def lead_of(database, key, world):
    """`await lead_of(email=…)`: a lead of the first business, as its caller sent it."""
    application = Application(Settings(rate_per_s=0, allow_unsafe_durability=True, dispatch=False), database, key)

    async def send(token=None, **more):
        sent = await send_lead(Asker(application), token or world.first.token, **more)
        return Talk(world.first.id, sent["conversation_uid"], sent["uid"])

    async with application.running():
        yield send


@pytest.fixture
async def talk(lead_of):
    return await lead_of(email="dana@example.com", phone="+14155550132")


@pytest.fixture
async def connection(app_pool, world):
    async with scoped(app_pool, Scope.of([world.first.id])) as connection:
        yield connection
