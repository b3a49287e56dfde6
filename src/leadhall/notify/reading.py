"""What letters need to know, read when they are sent: the world may have changed since the lead came."""

from __future__ import annotations

from datetime import datetime

import asyncpg

from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.notify.letters.facts import BusinessFacts, LeadFacts, MessageFacts, StaffFacts

SQL = statements(__package__, "reading.sql")
THREAD_MOST = 20


async def business_facts(pool: asyncpg.Pool | Connection, business_id: int) -> BusinessFacts | None:
    row = await pool.fetchrow(SQL["business"], business_id)
    return BusinessFacts(**row) if row else None


async def staff_facts(pool: asyncpg.Pool, business_id: int, staff_uid: str) -> StaffFacts | None:
    """Who serves the business under this uid; None for those who left."""
    row = await pool.fetchrow(SQL["staff"], business_id, staff_uid)
    return StaffFacts(**row) if row else None


async def staff_of_address(pool: asyncpg.Pool, business_id: int, email_key: str) -> StaffFacts | None:
    """Who serves the business and has this address."""
    row = await pool.fetchrow(SQL["staff_of_address"], business_id, email_key)
    return StaffFacts(**row) if row else None


async def lead_facts(pool: asyncpg.Pool, business_id: int, conversation_uid: str) -> LeadFacts | None:
    rows = await leads_facts(pool, business_id, [conversation_uid])
    return rows[0] if rows else None


async def leads_facts(pool: asyncpg.Pool, business_id: int, conversation_uids: list[str]) -> list[LeadFacts]:
    """Those that are there, newest first."""
    return [LeadFacts(**row) for row in await pool.fetch(SQL["leads"], business_id, conversation_uids)]


async def message_facts(
    pool: asyncpg.Pool, business_id: int, conversation_uid: str, message_uid: str
) -> MessageFacts | None:
    row = await pool.fetchrow(SQL["message"], business_id, conversation_uid, message_uid)
    return MessageFacts(**row) if row else None


async def mail_thread(
    pool: asyncpg.Pool, business_id: int, conversation_uid: str, message_uid: str
) -> list[tuple[bool, str]]:
    """What went by mail before a message, oldest first: (True, dedupe of ours) or (False, their Message-ID)."""
    rows = await pool.fetch(SQL["mail_thread"], business_id, conversation_uid, message_uid, THREAD_MOST)
    return [(row["ours"], row["id"]) for row in reversed(rows)]


async def hours_from_now(pool: asyncpg.Pool, hours: int) -> datetime:
    """On the database's clock."""
    at: datetime = await pool.fetchval(SQL["hours_from_now"], hours)
    return at
