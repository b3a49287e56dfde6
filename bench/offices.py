"""The people of a large agency: an owner for each of its businesses, and one who owns the first and administers all.

With what makes an agency's list worth looking at: notices that did not arrive, webhooks that fail, muted owners.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.database import Postgres
from bench.ours import World
from leadhall.core.db import Database
from leadhall.tenancy.directories import add_admin
from leadhall.tenancy.passwords import hash_password
from leadhall.tenancy.staff import NewStaff, add_staff
from leadhall.tenancy.users import find_or_make_user

EMAIL, PASSWORD = "olivia@agency.example", "a long enough pass phrase"

# Every business but the first, whose owner is made as people are.
OWNERS = """
    with person as (
        insert into app_user (uid, email, email_key, email_verified_at)
        select '0own' || lpad(b.id::text, 12, '0'), 'owner' || b.id || '@business.example',
               'owner' || b.id || '@business.example', now()
          from business b where b.owner_staff_uid is null
        returning id, uid),
    member as (
        insert into staff (business_id, uid, user_id, role, display_name, preferences)
        select substr(p.uid, 5)::bigint, p.uid, p.id, 'owner', 'Owner',
               case when p.id % 20 = 0 then '{"email": "false", "sms": "false"}'::jsonb else '{}' end
          from person p
        returning business_id, uid)
    update business b set owner_staff_uid = m.uid from member m where m.business_id = b.id"""

# Of a week, as the list counts them: one in three businesses lost some; old ones lie beside them.
LOST_NOTICES = """
    insert into delivery (business_id, uid, dedupe, kind, channel, recipient, state, due_at, created_at, settled_at)
    select b.id, $1 || lpad(b.id::text, 10, '0') || lpad(n::text, 2, '0'), 'lost:' || n, 'owner_notice', 'email',
           'owner@business.example', case when n % 3 = 0 then 'failed' else 'accepted' end, null, now(), now()
      from business b, generate_series(1, 12) n
     where b.id % 3 = 0"""
PAIRS = """
    insert into suspected_pair (business_id, a_uid, b_uid, because)
    select $1, uid, other, 'phone'
      from (select uid, lead(uid) over (order by uid) as other, row_number() over (order by uid) as n
              from client where business_id = $1) c
     where n % 100 = 0 and other is not null"""
FAILING_WEBHOOKS = """
    insert into webhook_endpoint (business_id, directory_id, owner, url, made_by, failing_since)
    select b.id, b.directory_id, 'business', 'https://hooks.example/' || n, 'bench',
           case when n = 1 and b.id % 10 = 0 then now() end
      from business b, generate_series(1, 2) n
     where b.id % 2 = 0"""


@dataclass(frozen=True, slots=True)
class Person:
    """Who signs in. `staff_uid`: in the first business."""

    email: str
    password: str
    staff_uid: str


def staff_agency(postgres: Postgres, database: str, world: World, *, lately: str) -> Person:
    """Let people in. `lately`: the first four letters of uids of these days."""
    person = asyncio.run(_owner(Database(postgres.login(database).asyncpg_kwargs()), world))
    for statement in (OWNERS, FAILING_WEBHOOKS):
        postgres.run(database, statement)
    postgres.value(database, LOST_NOTICES, lately)
    return person


async def _owner(database: Database, world: World) -> Person:
    connection = await database.connect("owner")
    try:
        hashed = await hash_password(PASSWORD)
        user = await find_or_make_user(connection, EMAIL, first_name="Olivia", password_hash=hashed)
        staff = await add_staff(
            connection, world.business_ids[0], NewStaff(email=EMAIL, display_name="Olivia", role="owner")
        )
        await add_admin(connection, world.directory_id, user.id)
    finally:
        await connection.close()
    return Person(EMAIL, PASSWORD, staff.uid)
