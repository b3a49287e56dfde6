"""A business's book at hand: leads filed by intake itself, and a desk to write at."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from leadhall.clients.desk import open_desk
from leadhall.core.db import Scope, scoped
from leadhall.core.ids import mint
from leadhall.intake.write import write_batch
from tests.intake.drafts import BUSINESS, a_lead

ACTOR = "somebody"


@pytest.fixture
def at_desk(app_pool, world):
    """`async with at_desk() as desk`: a transaction of role app in the first business's scope, or of another's."""

    @asynccontextmanager
    async def at_desk(business=world.first, actor=ACTOR):
        async with scoped(app_pool, Scope.of([business.id])) as connection:
            yield await open_desk(connection, business.id, actor)

    return at_desk


@pytest.fixture
def file(conn, world):
    """File a lead of the first business, whose email tells who it is; answers its receipt."""

    async def file(**content):
        lead = a_lead(replace(BUSINESS, id=world.first.id), request_title=mint(), **content)
        return (await write_batch(conn, [lead], mint=mint))[0]

    return file
