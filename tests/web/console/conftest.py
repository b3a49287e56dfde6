"""Browsers of people of the small known world."""

import pytest

from tests.web.console.browsing import Browser, signed_in
from tests.web.held import came, dana  # noqa: F401 - fixtures


@pytest.fixture
def stranger(ask):
    return Browser(ask)


@pytest.fixture
async def ann(ask, owner, world):
    """The first business's owner, signed in."""
    return await signed_in(ask, owner, "ann@acme.example")


@pytest.fixture
async def cal(ask, owner, world):
    """Her colleague, of role user."""
    return await signed_in(ask, owner, "cal@acme.example")
