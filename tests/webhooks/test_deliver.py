"""One try to a real receiver, and what came of it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from leadhall.core import outbound as outbound_module
from leadhall.events.outcome import Later, Never, Sent, Skipped
from leadhall.settings import Settings
from leadhall.webhooks.deliver import WebhookChannel, retry_after_s
from tests.webhooks.receiving import hang, receiving, say, ten_megabytes


async def test_a_receiver_can_verify_what_came(channel, endpoint, a_delivery, receiver):
    id_, secret = await endpoint()

    outcome = await channel.deliver(a_delivery(id_))

    [came] = receiver.came
    assert outcome == Sent(answer="200 heard", delivered=True, facts={"status": 200})
    assert Webhook(secret).verify(came.body, came.headers) == {"entity_name": "lead"}
    assert came.headers["webhook-id"] == f"o1:lead/created:{id_}"
    assert came.headers["content-type"] == "application/json"


async def test_what_was_changed_on_the_way_is_noticed(channel, endpoint, a_delivery, receiver):
    id_, secret = await endpoint()
    await channel.deliver(a_delivery(id_))
    [came] = receiver.came

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(came.body.replace(b"lead", b"dead"), came.headers)


async def test_the_id_and_the_body_are_the_same_at_every_try(channel, endpoint, a_delivery, receiver):
    id_, _ = await endpoint()
    for attempts in (1, 2):
        await channel.deliver(a_delivery(id_, attempts=attempts))

    first, second = receiver.came
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])


async def test_both_secrets_sign_while_a_rotation_is_fresh(channel, endpoint, a_delivery, receiver, me):
    id_, old = await endpoint()
    new = await me.rotate(id_)
    await channel.deliver(a_delivery(id_))

    [came] = receiver.came
    for secret in (old, new):
        Webhook(secret).verify(came.body, came.headers)


async def test_a_rotation_without_grace_ends_the_old_secret(channel, endpoint, a_delivery, receiver, me):
    id_, old = await endpoint()
    new = await me.rotate(id_, grace=timedelta())
    await channel.deliver(a_delivery(id_))

    [came] = receiver.came
    Webhook(new).verify(came.body, came.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(came.body, came.headers)


async def test_never_more_than_two_secrets_sign(channel, endpoint, a_delivery, receiver, me):
    id_, _ = await endpoint()
    for _ in range(3):
        await me.rotate(id_)
    await channel.deliver(a_delivery(id_))

    assert len(receiver.came[0].headers["webhook-signature"].split()) == 2


async def test_a_connection_is_used_again(channel, endpoint, a_delivery, receiver):
    id_, _ = await endpoint()
    for _ in range(3):
        await channel.deliver(a_delivery(id_))

    assert len(receiver.connections) == 1


@pytest.mark.parametrize("status", [301, 400, 401, 404, 500, 503])
async def test_any_answer_but_a_yes_is_tried_again(channel, endpoint, a_delivery, receiver, status):
    id_, _ = await endpoint()
    receiver.answers = [status]

    assert await channel.deliver(a_delivery(id_)) == Later(answer=f"{status} heard")


async def test_410_is_the_last_word(channel, endpoint, a_delivery, receiver, owner):
    id_, _ = await endpoint()
    receiver.answers = [410]

    assert isinstance(await channel.deliver(a_delivery(id_)), Never)
    assert await channel.deliver(a_delivery(id_)) == Skipped(reason="endpoint_off")
    assert await owner.fetchval("select off_because from webhook_endpoint") == "gone"
    assert await owner.fetchval("select kind from outbox") == "endpoint_off"
    assert len(receiver.came) == 1


async def test_429_waits_as_long_as_it_asks_and_keeps_the_others_of_this_endpoint_back(
    channel, endpoint, a_delivery, receiver
):
    id_, _ = await endpoint()
    receiver.answers = [say(429, "slow down", Retry_After="77")]

    assert await channel.deliver(a_delivery(id_)) == Later(answer="429 slow down", after_s=77.0, fault_of="provider")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (None, None),
        ("soon", None),
        ("0", 0.0),
        ("999999999999999", 86400.0),
        (format_datetime(datetime(2026, 11, 22, 9, 31, tzinfo=UTC), usegmt=True), 60.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    ],
)
def test_a_retry_after_is_read_in_seconds_or_as_a_date(given, meant):
    assert retry_after_s(given, datetime(2026, 11, 22, 9, 30, tzinfo=UTC)) == meant


async def test_a_receiver_that_hangs_is_given_up_in_time(channel, endpoint, a_delivery, receiver, monkeypatch):
    monkeypatch.setattr(outbound_module, "TOTAL_WITHIN_S", 0.3)
    id_, _ = await endpoint()
    receiver.answers = [hang]

    began = time.monotonic()
    outcome = await channel.deliver(a_delivery(id_))

    assert isinstance(outcome, Later)
    assert time.monotonic() - began < 3


def test_the_patience_is_what_we_promise():
    assert (outbound_module.CONNECT_WITHIN_S, outbound_module.TOTAL_WITHIN_S) == (5.0, 15.0)
    assert outbound_module.ANSWER_MOST_BYTES == 65536


async def test_of_ten_megabytes_a_kibibyte_is_kept(channel, endpoint, a_delivery, receiver, owner):
    id_, _ = await endpoint()
    receiver.answers = [ten_megabytes]

    outcome = await asyncio.wait_for(channel.deliver(a_delivery(id_)), 5)

    assert outcome == Later(answer="500 " + "x" * 1024)
    assert await owner.fetchval("select length(last_answer) from webhook_endpoint") == 1028


async def test_what_no_text_can_hold_is_kept_as_far_as_it_can(channel, endpoint, a_delivery, receiver):
    id_, _ = await endpoint()
    receiver.answers = [say(500, "a\x00b\x1b[31m")]

    assert (await channel.deliver(a_delivery(id_))).answer == "500 ab\x1b[31m"


async def test_a_redirect_is_not_followed(channel, endpoint, a_delivery, receiver):
    async with receiving() as canary:
        id_, _ = await endpoint()
        receiver.answers = [say(307, Location=canary.url)]

        assert isinstance(await channel.deliver(a_delivery(id_)), Later)
        assert canary.came == []


async def test_nobody_home_is_tried_again(channel, endpoint, a_delivery):
    async with receiving() as gone:
        url = gone.url
    id_, _ = await endpoint(url=url)

    assert isinstance(await channel.deliver(a_delivery(id_)), Later)


async def test_what_is_no_longer_wanted_is_not_sent(channel, endpoint, a_delivery, receiver, me):
    id_, _ = await endpoint("lead/created", "client/created")
    await me.unsubscribe(["lead/created"], receiver.url)

    assert await channel.deliver(a_delivery(id_)) == Skipped(reason="unsubscribed")
    assert isinstance(await channel.deliver(a_delivery(id_, event="client/created")), Sent)


async def test_an_endpoint_that_was_deleted_hears_nothing(channel, endpoint, a_delivery, receiver, me):
    id_, _ = await endpoint()
    await me.remove(id_)

    assert await channel.deliver(a_delivery(id_)) == Skipped(reason="unsubscribed")
    assert receiver.came == []


async def test_an_address_that_is_not_public_is_never_called(worker_pool, key, endpoint, a_delivery, receiver):
    channel = WebhookChannel(worker_pool, key, Settings())
    id_, _ = await endpoint()

    outcome = await channel.deliver(a_delivery(id_))

    assert isinstance(outcome, Later)
    assert "public address" in outcome.answer
    assert receiver.came == []
    await channel.close()


# how an endpoint is doing


async def ages(owner, days):
    await owner.execute("update webhook_endpoint set failing_since = now() - $1 * interval '1 day'", days)


async def told(owner):
    return [tuple(row) for row in await owner.fetch("select kind, facts ->> 'recipient' from outbox order by 1, 2")]


async def test_a_failure_alone_is_told_to_nobody(channel, endpoint, a_delivery, receiver, owner):
    id_, _ = await endpoint()
    receiver.answers = [500]
    await channel.deliver(a_delivery(id_))

    assert await told(owner) == []
    assert await owner.fetchval("select failures from webhook_endpoint") == 1


async def test_after_a_day_of_failures_the_owner_hears_of_it_once(channel, endpoint, a_delivery, receiver, owner):
    id_, _ = await endpoint()
    receiver.answers = [500]
    await channel.deliver(a_delivery(id_))
    await ages(owner, 1.1)
    for _ in range(3):
        await channel.deliver(a_delivery(id_))

    assert await told(owner) == [("endpoint_failing", None)]
    facts = await owner.fetchval("select facts from outbox")
    assert (facts["url"], facts["last_answer"]) == (receiver.url, "500 heard")


async def test_after_five_days_of_only_failures_it_is_off(channel, endpoint, a_delivery, receiver, owner):
    id_, _ = await endpoint()
    receiver.answers = [500]
    await channel.deliver(a_delivery(id_))
    await ages(owner, 5.1)
    await channel.deliver(a_delivery(id_))

    assert await told(owner) == [("endpoint_off", None)]
    assert await channel.deliver(a_delivery(id_)) == Skipped(reason="endpoint_off")


async def test_a_success_ends_the_count(channel, endpoint, a_delivery, receiver, owner):
    id_, _ = await endpoint()
    receiver.answers = [500, 200, 500]
    await channel.deliver(a_delivery(id_))
    await ages(owner, 6)
    for _ in range(2):
        await channel.deliver(a_delivery(id_))

    assert await told(owner) == []
    assert await owner.fetchval("select failures from webhook_endpoint") == 1


async def test_of_an_endpoint_for_all_businesses_the_directorys_administrators_hear(
    channel, endpoint, a_delivery, receiver, me
):
    await me.administer("ann@acme.example")
    id_, _ = await endpoint(of=me.directory)
    receiver.answers = [410]
    await channel.deliver(a_delivery(id_))

    assert await told(me.connection) == [("endpoint_off", "ann@acme.example")]
