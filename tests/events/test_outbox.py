"""Events are appended in the transaction that made them true."""

import asyncio

from leadhall.events.outbox import append_event


async def test_an_event_wakes_who_listens_once_it_is_committed(owner, database):
    heard = asyncio.Event()
    listener = await database.connect("worker")
    await listener.add_listener("leadhall_outbox", lambda *_: heard.set())

    uid = await append_event(owner, 7, "client", {"client_uid": "c"})

    await asyncio.wait_for(heard.wait(), 5)
    row = await owner.fetchrow("select business_id, uid, kind, facts from outbox")
    assert tuple(row) == (7, uid, "client", {"client_uid": "c"})
    await listener.close()


async def test_an_event_with_a_uid_waits_once(owner):
    for endpoint in (1, 2):
        await append_event(owner, 7, "endpoint_off", {"endpoint_id": endpoint}, uid="off-1")

    assert await owner.fetchval("select array_agg(facts ->> 'endpoint_id') from outbox") == ["1"]
