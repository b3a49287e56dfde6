"""The running application on the test database, asked in the test's own loop."""

from __future__ import annotations

from dataclasses import replace

import pytest
import structlog

from leadhall.app import Application
from leadhall.settings import Settings
from tests.browser import (  # noqa: F401 - fixtures of every page
    chromium,
    csp,
    open_pages,
    other_loop,
    page,
    scheme,
    served,
    troubles,
)
from tests.web.asking import Asker

SETTINGS = Settings(rate_per_s=0, allow_unsafe_durability=True, dispatch=False)


def with_settings(**more):
    """A mark: the application of this test runs under these settings."""
    return pytest.mark.parametrize("settings", [replace(SETTINGS, **more)], ids=["settings"])


@pytest.fixture(autouse=True)
def plain_logs():
    """Lines without the pictures of stack frames that structlog paints by default, each a second's work."""
    structlog.configure(processors=[structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture
def settings():
    """Limits off, and on a database that need not be safe."""
    return SETTINGS


@pytest.fixture
async def running(database, key, world, settings):
    """The whole app in the small known world, and its services."""
    application = Application(settings, database, key)
    async with application.running() as services:
        yield application, services


@pytest.fixture
def app(running):
    return running[0]


@pytest.fixture
def services(running):
    return running[1]


@pytest.fixture
def ask(app):
    """`await ask.get("/livez")`."""
    return Asker(app)
