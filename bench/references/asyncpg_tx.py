"""One transaction a request: raw ASGI on granian, asyncpg, a pool of 16. What a careful programmer writes.

Nine round trips: begin, one insert a table, commit.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from bench.references.rows import BUSINESS_ID, TOKEN_UID, Lead, lead_of, mark_of, mint

POOL = 16
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

KEY = """insert into client_key (business_id, kind, key, client_uid) values ($1, 'email', $2, $3)
         on conflict do nothing returning client_uid"""
KNOWN = "select client_uid from client_key where business_id = $1 and kind = 'email' and key = $2"
CLIENT = """insert into client (business_id, uid, first_name, last_name, email, phone, phone_e164, address, tags,
                                source, source_url, message_count)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)"""
CONVERSATION = """insert into conversation (business_id, uid, client_uid, title, source, source_url, business_unread,
                                            last_client_action)
                  values ($1, $2, $3, $4, $5, $6, 1, 'message')"""
MESSAGE = """insert into message (business_id, conversation_uid, uid, client_uid, revision, direction, kind, parts)
             values ($1, $2, $3, $4, 1, 'client_to_business', 'api', $5)"""
LEAD = """insert into lead (business_id, conversation_uid, client_uid, message_uid, request_uid, token_uid, operation,
                            verdict, contact, facts)
          values ($1, $2, $3, $4, $5, $6, 'leadgen', 'accepted', $7, $8)"""
OUTBOX = "insert into outbox (business_id, uid, kind, facts) values ($1, $2, 'lead', $3)"
REQUEST = """insert into request_log (business_id, uid, token_uid, operation, status, verdict, lead_uid, user_agent,
                                      ip, duration_us, content_type, body, email_mark, phone_mark)
             values ($1, $2, $3, 'leadgen', 201, 'accepted', $4, 'bench', '127.0.0.1', 250, 'application/json', $5,
                     $6, $7)"""

_pools: list[asyncpg.Pool] = []


async def pool() -> asyncpg.Pool:
    made: asyncpg.Pool = await asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=POOL, max_size=POOL, server_settings={"search_path": "leadhall"}
    )
    return made


async def store(connection: asyncpg.Connection, lead: Lead) -> None:
    asked, business = lead.asked, BUSINESS_ID
    async with connection.transaction():
        if await connection.fetchval(KEY, business, lead.email_key, lead.client_uid):
            await connection.execute(
                CLIENT, business, lead.client_uid, asked["first_name"], asked["last_name"], asked["email"],
                asked["phone"], lead.phone_e164, asked["address"], lead.tags, asked["source"], asked["source_url"],
            )  # fmt: skip
        else:
            lead.client_uid = await connection.fetchval(KNOWN, business, lead.email_key)
        await connection.execute(
            CONVERSATION, business, lead.conversation_uid, lead.client_uid, asked["request_title"], asked["source"],
            asked["source_url"],
        )  # fmt: skip
        await connection.execute(
            MESSAGE, business, lead.conversation_uid, lead.message_uid, lead.client_uid, lead.parts
        )
        await connection.execute(
            LEAD, business, lead.conversation_uid, lead.client_uid, lead.message_uid, lead.request_uid, TOKEN_UID,
            lead.contact, lead.facts,
        )  # fmt: skip
        await connection.execute(OUTBOX, business, lead.conversation_uid, lead.outbox)
        marks = mark_of(lead.email_key), mark_of(lead.phone_e164)
        await connection.execute(
            REQUEST, business, lead.request_uid, TOKEN_UID, lead.conversation_uid, lead.body, *marks
        )


async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    body, more = b"", True
    while more:
        part = await receive()
        body += part.get("body", b"")
        more = part.get("more_body", False)
    lead = lead_of(body)
    async with _pools[0].acquire() as connection:
        await store(connection, lead)
    answer = b'{"status":"OK","uid":"%b","conversation_uid":"%b","request_id":"%b"}' % (
        lead.client_uid.encode(),
        lead.conversation_uid.encode(),
        mint().encode(),
    )
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    _pools.append(await pool())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await _pools.pop().close()
    await send({"type": "lifespan.shutdown.complete"})
