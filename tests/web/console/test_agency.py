"""The agency's list: each business with what needs looking after, in the order asked for, and nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest

from leadhall.conversations.threads import FIRST, uid_at
from leadhall.core.db import Scope, scoped
from leadhall.core.ids import mint
from leadhall.web.console.agency import COLUMNS, look_at_businesses
from tests.web.console.browsing import words_of
from tests.web.leads import send_lead


@pytest.fixture
async def admin(ann, owner, world):
    """Ann administers the first directory, too."""
    await owner.execute(
        "insert into directory_admin select $1, id from app_user where email = 'ann@acme.example'", world.directory.id
    )
    return ann


@pytest.fixture
def looks(services, world):
    async def look(order="name", **more):
        async with scoped(services.app_pool, Scope((), world.directory.id)) as connection:
            at = datetime.now(UTC)
            found, total = await look_at_businesses(connection, world.directory.id, order=order, at=at, **more)
            return found, total

    return look


async def lost_notice(owner, business_id, kind="owner_notice"):
    await owner.execute(
        """insert into delivery (business_id, uid, dedupe, kind, channel, recipient, state)
           values ($1, $2, $2, $3, 'email', 'ann@acme.example', 'given_up')""",
        business_id, mint(), kind,
    )  # fmt: skip


async def test_a_business_is_seen_with_its_leads_lost_notices_and_failing_webhooks(ask, owner, world, looks):
    await send_lead(ask, world.first.token)
    await lost_notice(owner, world.first.id)
    await lost_notice(owner, world.first.id, "auto_reply")
    await owner.execute(
        """insert into webhook_endpoint (business_id, directory_id, owner, url, made_by, failing_since)
           values ($1, $2, 'business', 'https://x.example', 'me', now())""",
        world.first.id, world.directory.id,
    )  # fmt: skip
    (acme, bright), total = await looks()

    assert (total, acme.name, acme.unanswered, acme.lost_notices, acme.failing_webhooks) == (
        2,
        "Acme Plumbing",
        1,
        1,
        1,
    )
    assert (bright.newest_at, bright.unanswered, bright.oldest_at, bright.lost_notices) == (None, 0, None, 0)


async def test_an_owner_who_wants_to_hear_nothing_is_muted(owner, world, looks):
    await owner.execute("""update staff set preferences = '{"email": false}' where uid = $1""", world.first.owner)

    assert [each.is_muted for each in (await looks())[0]] == [True, False]


@pytest.mark.parametrize("order", [name for name, _ in COLUMNS if name not in ("name", "newest")])
async def test_what_needs_looking_after_comes_first(ask, owner, world, looks, order):
    await send_lead(ask, world.second.token)
    await lost_notice(owner, world.second.id)
    await owner.execute(
        """insert into webhook_endpoint (business_id, directory_id, owner, url, made_by, off_at)
           values ($1, $2, 'business', 'https://x.example', 'me', now())""",
        world.second.id, world.directory.id,
    )  # fmt: skip

    assert [each.uid for each in (await looks(order))[0]] == [world.second.uid, world.first.uid]


async def test_a_silent_business_comes_first_by_its_last_lead(ask, world, looks):
    await send_lead(ask, world.first.token)

    assert [each.uid for each in (await looks("newest"))[0]] == [world.second.uid, world.first.uid]


async def test_businesses_are_found_by_a_part_of_their_name(looks, world):
    found, total = await looks(q="bright")

    assert ([each.uid for each in found], total) == ([world.second.uid], 1)


async def test_a_notice_lost_long_ago_is_not_counted(owner, world, looks):
    old = datetime.now(UTC) - timedelta(days=8)
    await lost_notice(owner, world.first.id)
    await owner.execute("update delivery set uid = $1", uid_at(old, FIRST))

    assert [each.lost_notices for each in (await looks("trouble"))[0]] == [0, 0]


async def test_the_page_shows_the_directorys_businesses_and_no_others(admin):
    page = words_of(await admin.text("/agency"))

    assert "Bright Dental" in page
    assert "Corner Law" not in page


async def test_who_administers_nothing_has_no_such_page(ann, world):
    assert (await ann.get("/agency")).status == 404
    assert "/agency" not in await ann.text("/settings")
