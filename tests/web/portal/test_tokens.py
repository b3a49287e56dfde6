"""The tokens page: made with less reach, shown once, rotated with a grace, revoked; nobody else's."""

import re

import pytest

from leadhall.core.secrets import hash_of

CSRF = re.compile(r'name="csrf" value="(\w+)"')
SECRET = re.compile(r"lh_\w+_[\w-]{43}_\w+")


@pytest.fixture
def press(owner_reads):
    """`await press("", **{"scope leads:write": "yes"})`: a form of the page, sent."""

    async def send(path, **fields):
        csrf = CSRF.search(await owner_reads.text("/docs/tokens"))[1]
        return await owner_reads.send(f"/docs/tokens{path}", {"csrf": csrf, **fields})

    return send


async def made(press, **fields):
    told = await press("", **{"scope leads:write": "yes", **fields})
    assert told.status == 200, told.content
    return SECRET.search(told.content.decode())[0]


def forget(services):
    """What is remembered for a second is asked anew."""
    services.doorkeeper._memory.__init__()


async def test_a_token_is_shown_once_and_does_what_was_ticked(ask, press, owner_reads, services):
    secret = await made(press, label="contact form")
    caller = await services.doorkeeper.identify(secret, None)
    page = await owner_reads.text("/docs/tokens")

    assert (caller.kind, caller.scopes) == ("staff", {"leads:write"})
    assert "contact form" in page
    assert secret not in page


async def test_networks_end_and_mode_are_as_chosen(press, services, owner):
    await made(press, cidrs="203.0.113.0/24 2001:db8::/32", lives="30", mode="test")
    row = await owner.fetchrow(
        "select cidrs::text[], mode, expires_at - now() as lives from token order by uid desc limit 1"
    )

    assert (row["cidrs"], row["mode"], row["lives"].days) == (["203.0.113.0/24", "2001:db8::/32"], "test", 29)


@pytest.mark.parametrize(
    "fields", [{}, {"scope leads:write": "yes", "cidrs": "nowhere"}, {"scope leads:write": "yes", "businesses": "x"}]
)
async def test_what_cannot_be_made_is_told(press, owner, fields):
    before = await owner.fetchval("select count(*) from token")
    told = await press("", **fields)

    assert (told.status, b'role="alert"' in told.content) == (422, True)
    assert await owner.fetchval("select count(*) from token") == before


async def test_a_directory_limits_a_token_to_some_of_its_businesses(reader, world, services):
    await reader.log_in(world.directory.token)
    csrf = CSRF.search(await reader.text("/docs/tokens"))[1]
    fields = {"csrf": csrf, "scope leads:write": "yes", "businesses": f"{world.first.nickname}\n{world.second.uid}"}
    told = await reader.send("/docs/tokens", fields)
    foreign = await reader.send("/docs/tokens", fields | {"businesses": world.outsider.business.uid})

    caller = await services.doorkeeper.identify(SECRET.search(told.content.decode())[0], None)
    assert caller.only_businesses == {world.first.id, world.second.id}
    assert foreign.status == 422


async def test_rotation_lets_the_old_secret_live_for_its_grace(press, services):
    old = await made(press)
    uid = (await services.doorkeeper.identify(old, None)).token_uid
    new = SECRET.search((await press(f"/{uid}/rotate", grace="24")).content.decode())[0]
    forget(services)

    first, second = [await services.doorkeeper.identify(each, None) for each in (old, new)]
    assert first.principal == second.principal


async def test_a_token_of_listed_businesses_is_rotated_by_its_own_reader(reader, world, services, owner):
    limit = "update token set only_businesses = $1 where hash = $2"
    await owner.execute(limit, [world.first.id], hash_of(world.directory.token))
    await reader.log_in(world.directory.token)
    page = await reader.text("/docs/tokens")
    uid = (await services.doorkeeper.identify(world.directory.token, None)).token_uid
    told = await reader.send(f"/docs/tokens/{uid}/rotate", {"csrf": CSRF.search(page)[1], "grace": "24"})

    new = await services.doorkeeper.identify(SECRET.search(told.content.decode())[0], None)
    assert new.only_businesses == {world.first.id}


async def test_a_revoked_token_is_dead(ask, press, services):
    secret = await made(press)
    uid = (await services.doorkeeper.identify(secret, None)).token_uid
    told = await press(f"/{uid}/revoke")
    forget(services)

    assert told.status == 303
    assert (await ask.post("/platform/v1/leadgen", token=secret, json={})).status == 401


async def test_a_foreign_token_is_as_one_that_is_missing(press, world, services):
    foreign = (await services.doorkeeper.identify(world.outsider.business.token, None)).token_uid

    assert [(await press(f"/{uid}/revoke")).status for uid in (foreign, "0000000000000000")] == [404, 404]
    assert await services.doorkeeper.identify(world.outsider.business.token, None)


async def test_a_websites_token_looks_after_none(reader, world):
    await reader.log_in(world.directory.website_token)
    page = await reader.text("/docs/tokens")

    assert "may not look after others" in page
    assert "Make a token" not in page


async def test_who_is_not_logged_in_is_asked_to(reader):
    assert "Log in to see your tokens" in await reader.text("/docs/tokens")
