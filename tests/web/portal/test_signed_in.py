"""A person who signed in to the console reads the portal with the rights of their role."""

import re

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


@pytest.fixture
async def two_directories(owner, world):
    """Ann works for the first business and administers its directory, and the rivals', too."""
    await owner.execute(
        """insert into directory_admin (directory_id, user_id)
           select d.id, u.id from directory d, app_user u where u.email = 'ann@acme.example'"""
    )


async def read_for(reader, uid):
    """Switch by the form at the top; answers the page that comes next."""
    page = await reader.text("/docs/requests")
    csrf = re.search(r'action="/docs/as"><input type="hidden" name="csrf" value="(\w+)"', page)[1]
    told = await reader.send("/docs/as", {"csrf": csrf, "as": uid, "next": "/docs/requests"})
    acting = told.header("set-cookie").partition(";")[0]
    reader.cookie = "; ".join([reader.cookie.partition("; ")[0], acting])
    return await reader.text(told.header("location"))


async def test_who_administers_directories_chooses_for_which_they_read(ask, sign_in, world, two_directories):
    leads = [await send_lead(ask, each.token) for each in (world.first, world.outsider.business)]
    reader = await sign_in("ann@acme.example")
    pages = [await read_for(reader, uid) for uid in (world.outsider.directory.uid, world.directory.uid, "")]

    seen = [[lead["request_id"] in page for lead in leads] for page in pages]
    assert seen == [[False, True], [True, False], [True, False]]
    assert "Bright Dental" in pages[1]
    assert "Bright Dental" not in pages[2]


async def test_a_directory_that_is_not_theirs_is_no_choice(ask, sign_in, world, owner):
    await owner.execute(
        "insert into directory_admin select $1, id from app_user where email = 'ann@acme.example'", world.directory.id
    )
    lead = await send_lead(ask, world.outsider.business.token)
    reader = await sign_in("ann@acme.example")
    reader.cookie += f"; leadhall-docs-as={world.outsider.directory.uid}"
    page = await reader.text("/docs/requests")

    assert lead["request_id"] not in page
    assert "Rivals" not in page


async def test_a_form_made_for_one_directory_is_not_taken_for_another(sign_in, world, two_directories):
    reader = await sign_in("ann@acme.example")
    page = await read_for(reader, world.directory.uid)
    csrf = re.search(r'name="csrf" value="(\w+)"', page)[1]
    reader.cookie = f"{reader.cookie.partition('; ')[0]}; leadhall-docs-as={world.outsider.directory.uid}"

    assert (await reader.send("/docs/tokens", {"csrf": csrf, "label": "x", "scope leads:write": "yes"})).status == 400
