"""The webhooks page: made with their events, tested, rotated, removed; deliveries again; nobody else's."""

import re

import pytest

CSRF = re.compile(r'name="csrf" value="(\w+)"')
SECRET = re.compile(r"whsec_[\w+/=]{30,}")
URL = "https://example.com/hook"


@pytest.fixture
def press(owner_reads):
    """`await press("/7/test")`: a form of the page, sent."""

    async def send(path, **fields):
        csrf = CSRF.search(await owner_reads.text("/docs/webhooks"))[1]
        return await owner_reads.send(f"/docs/webhooks{path}", {"csrf": csrf, **fields})

    return send


@pytest.fixture
async def hook(press, owner):
    """The id of a webhook that was made on the page."""
    told = await press("", url=URL, **{"event lead/created": "yes", "event client/updated": "yes"})
    assert SECRET.search(told.content.decode())
    return await owner.fetchval("select id from webhook_endpoint")


async def test_a_webhook_hears_of_what_was_ticked(hook, owner_reads, owner):
    events = await owner.fetch("select entity || '/' || event_type as name from webhook_subscription order by 1")
    page = await owner_reads.text("/docs/webhooks")

    assert [row["name"] for row in events] == ["client/updated", "lead/created"]
    assert URL in page
    assert not SECRET.search(page)


async def test_its_secret_is_rotated_and_shown_once(hook, press):
    told = await press(f"/{hook}/secret")

    assert SECRET.search(told.content.decode())


async def test_a_test_is_sent_and_the_webhook_removed(hook, press, owner):
    await press(f"/{hook}/test")
    asked = await owner.fetchval("select count(*) from outbox")
    await press(f"/{hook}/delete")

    assert asked == 1
    assert await owner.fetchval("select count(*) from webhook_endpoint") == 0


async def test_a_delivery_is_sent_again(hook, press, owner, world, owner_reads):
    await owner.execute(
        """insert into delivery (business_id, uid, dedupe, kind, channel, recipient, endpoint_id, state)
           values ($1, 'd1', 'd1', 'webhook', 'webhook', $2, $3, 'given_up')""",
        world.first.id, URL, hook,
    )  # fmt: skip
    page = await owner_reads.text("/docs/webhooks")
    told = await press("/deliveries/d1/again")

    assert "given up" in page
    assert told.status == 200
    assert await owner.fetchval("select state from delivery") == "waiting"


async def test_a_delivery_older_than_those_shown_is_sent_again(hook, press, owner, world):
    await owner.execute(
        """insert into delivery (business_id, uid, dedupe, kind, channel, recipient, endpoint_id, state)
           select $1, 'd' || lpad(n::text, 3, '0'), 'd' || n, 'webhook', 'webhook', $2, $3, 'given_up'
             from generate_series(1, 40) n""",
        world.first.id, URL, hook,
    )  # fmt: skip
    told = await press("/deliveries/d001/again")

    assert told.status == 200
    assert await owner.fetch("select uid from delivery where state = 'waiting'") == [("d001",)]


async def test_a_delivery_of_no_webhook_of_ones_own_is_not_sent_again(hook, press, owner, world):
    await owner.execute(
        """insert into delivery (business_id, uid, dedupe, kind, channel, recipient, state)
           values ($1, 'd1', 'd1', 'owner_notice', 'email', 'owner@example.com', 'given_up')""",
        world.first.id,
    )
    told = await press("/deliveries/d1/again")

    assert told.status == 404
    assert await owner.fetchval("select state from delivery") == "given_up"


@pytest.mark.parametrize(
    "fields", [{"url": URL}, {"url": "http://10.0.0.1/", "event lead/created": "yes"}, {"event lead/created": "yes"}]
)
async def test_what_cannot_be_made_is_told(press, owner, fields):
    told = await press("", **fields)

    assert (told.status, b'role="alert"' in told.content) == (422, True)
    assert await owner.fetchval("select count(*) from webhook_endpoint") == 0


async def test_a_foreign_webhook_is_as_one_that_is_missing(hook, reader, world, owner):
    await reader.log_in(world.outsider.business.token)
    csrf = CSRF.search(await reader.text("/docs/webhooks"))[1]

    for path in (f"/{hook}/delete", "/999/delete", "/deliveries/d1/again"):
        assert (await reader.send(f"/docs/webhooks{path}", {"csrf": csrf})).status == 404
    assert await owner.fetchval("select count(*) from webhook_endpoint") == 1


async def test_a_directory_works_on_all_its_businesses_or_one(reader, world, owner):
    await reader.log_in(world.directory.token)
    for named in ("", f"?business={world.second.uid}"):
        csrf = CSRF.search(await reader.text(f"/docs/webhooks{named}"))[1]
        await reader.send(f"/docs/webhooks{named}", {"csrf": csrf, "url": URL, "event lead/created": "yes"})

    assert {row[0] for row in await owner.fetch("select business_id from webhook_endpoint")} == {0, world.second.id}


async def test_a_websites_token_sees_none(reader, world):
    await reader.log_in(world.directory.website_token)

    assert "lacks the scope" in await reader.text("/docs/webhooks")
