"""A client put away: gone from every list, its keys free, its tokens dead; a later lead makes a new client."""

from leadhall.clients.book import Page, list_clients
from leadhall.conversations.threads import list_threads
from leadhall.core.db import Scope, scoped
from leadhall.person.removal import remove_client
from leadhall.tenancy.tokens import Grant, create_token, get_token


async def test_a_later_lead_of_a_client_that_was_put_away_makes_a_new_one(at_desk, file, world, app_pool, owner):
    lead = await file()
    token = await create_token(owner, Grant(kind="client", business_id=world.first.id, client_uid=lead.client_uid))
    async with at_desk() as desk:
        await remove_client(desk, lead.client_uid)
    later = await file()

    async with scoped(app_pool, Scope.of([world.first.id])) as connection:
        book = await list_clients(connection, world.first.id, Page())
        threads = await list_threads(connection, world.first.id)
    assert [client.uid for client in book] == [later.client_uid] != [lead.client_uid]
    assert [thread.uid for thread in threads] == [later.conversation_uid]
    assert (await get_token(owner, token.uid)).revoked_at is not None
    told = await owner.fetchval("select facts -> 'events' from outbox where kind = 'client'")
    assert told == ["client/updated", "matter/delete"]
