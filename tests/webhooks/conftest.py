from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from leadhall.core.guard import Guard
from leadhall.core.outbound import Outbound
from leadhall.events.catalogue import EVENTS
from leadhall.events.delivery import Delivery
from leadhall.settings import Settings
from leadhall.webhooks.deliver import WebhookChannel
from leadhall.webhooks.endpoints import Owner, create_endpoint, remove_endpoint, rotate, unsubscribe
from tests.webhooks.receiving import receiving

ALLOWED = replace(Settings(), webhook_allow=("127.0.0.1",))
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
async def receiver():
    async with receiving() as found:
        yield found


@pytest.fixture
async def outbound():
    """With the guard up, and nothing allowed."""
    made = Outbound(Guard(), user_agent="tests")
    yield made
    await made.close()


@pytest.fixture
async def channel(worker_pool, key):
    """The channel, allowed to reach 127.0.0.1."""
    made = WebhookChannel(worker_pool, key, ALLOWED)
    yield made
    await made.close()


@pytest.fixture
def mine(world):
    """The first business as an owner of endpoints."""
    return Owner("business", world.first.id, world.directory.id)


@dataclass
class Me:
    """The owner of endpoints at work."""

    connection: object
    key: object
    owner: Owner

    @property
    def directory(self):
        return Owner("directory", 0, self.owner.directory_id)

    async def rotate(self, id_, **more):
        return await rotate(self.connection, self.key, self.owner, id_, **more)

    async def unsubscribe(self, names, url):
        await unsubscribe(self.connection, self.owner, names, url)

    async def remove(self, id_):
        await remove_endpoint(self.connection, self.owner, id_)

    async def administer(self, email):
        await self.connection.execute(
            "insert into directory_admin (directory_id, user_id) select $1, id from app_user where email = $2",
            self.owner.directory_id,
            email,
        )


@pytest.fixture
def me(owner, key, mine):
    return Me(owner, key, mine)


@pytest.fixture
def endpoint(owner, key, mine, receiver):
    """Make an endpoint for events of the first business; answers id and secret."""

    async def endpoint(*names, url=None, of=mine):
        events = [EVENTS[name] for name in names or ("lead/created",)]
        made, secret = await create_endpoint(owner, key, of, events, url or receiver.url, by="t")
        return made.id, secret

    return endpoint


@pytest.fixture
def a_delivery(world, receiver):
    def a_delivery(endpoint_id, *, event="lead/created", kind="webhook", body='{"entity_name":"lead"}', attempts=1):
        return Delivery(
            business_id=world.first.id,
            uid="d1",
            dedupe=f"o1:{event}:{endpoint_id}",
            kind=kind,
            channel="webhook",
            recipient=receiver.url,
            lead_uid="v1",
            message_uid=None,
            endpoint_id=endpoint_id,
            payload={"event": event, "body": body},
            attempts=attempts,
            created_at=AT,
        )

    return a_delivery
