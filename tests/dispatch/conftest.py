"""A pool of role worker with the sessions that the dispatcher has."""

from __future__ import annotations

import pytest
import structlog

from leadhall.dispatch.running import SESSION


@pytest.fixture
async def pool(database):
    async with database.pool("worker", most=4, session=SESSION) as pool:
        yield pool


@pytest.fixture(autouse=True)
def plain_logs():
    """Lines without the pictures of stack frames that structlog paints by default, each a second's work."""
    structlog.configure(processors=[structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()
