"""A person who signed in to the console reads the portal with the rights of their role."""

import pytest

from leadhall.tenancy.sessions import open_session
from tests.web.leads import send_lead


@pytest.fixture
def sign_in(reader, owner, services):
    """`await sign_in("ann@acme.example")`: the reader's browser has their session."""

    async def enter(email):
        user_id = await owner.fetchval("select id from app_user where email = $1", email)
        async with services.app_pool.acquire() as connection:
            reader.cookie = f"leadhall={await open_session(connection, user_id)}"
        return reader

    return enter


async def test_an_owner_sees_the_requests_of_their_business_and_runs_them(ask, sign_in, world):
    own, foreign = [await send_lead(ask, each.token) for each in (world.first, world.outsider.business)]
    reader = await sign_in("ann@acme.example")
    page = await reader.text("/docs/requests")

    assert own["request_id"] in page
    assert foreign["request_id"] not in page
    assert "Run again, dry" in await reader.text(f"/docs/requests/{own['request_id']}")


async def test_an_owner_makes_tokens_and_a_colleague_does_not(sign_in):
    owner = await (await sign_in("ann@acme.example")).text("/docs/tokens")
    colleague = await (await sign_in("cal@acme.example")).text("/docs/tokens")

    assert "Make a token" in owner
    assert "may not look after others" in colleague


async def test_webhooks_are_for_who_may_change_settings(sign_in):
    owner = await (await sign_in("ann@acme.example")).text("/docs/webhooks")
    colleague = await (await sign_in("cal@acme.example")).text("/docs/webhooks")

    assert "Make a webhook" in owner
    assert "lacks the scope" in colleague
