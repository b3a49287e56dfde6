"""What was told, compared with what is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from proof.crash.callers import Told
from proof.hall import Hall

STORED = """
    select c.title, c.uid as conversation_uid, l.client_uid, l.message_uid, k.key as email
      from conversation c
      left join lead l on (l.business_id, l.conversation_uid) = (c.business_id, c.uid)
      left join client_key k on (k.business_id, k.client_uid) = (c.business_id, c.client_uid) and k.kind = 'email'"""
DOUBLED = "select count(*) from (select from conversation group by title having count(*) > 1) doubled"
# A lead is whole when each of these has one row of it.
TORN = """
    select count(*) as torn
      from conversation c
      left join lead l on (l.business_id, l.conversation_uid) = (c.business_id, c.uid)
      left join client p on (p.business_id, p.uid) = (c.business_id, c.client_uid)
      left join message m on (m.business_id, m.conversation_uid, m.uid) = (c.business_id, c.uid, l.message_uid)
      left join lateral (  -- told in the outbox, or fanned out already
            select uid from outbox where (business_id, uid) = (c.business_id, c.uid)
             union all select lead_uid from delivery where (business_id, lead_uid) = (c.business_id, c.uid)
             limit 1) o on true
      left join request_log r on (r.business_id, r.uid) = (c.business_id, l.request_uid)
     where num_nulls(l.client_uid, p.uid, m.uid, o.uid, r.uid) > 0 or l.client_uid <> c.client_uid"""
WITHOUT_CONVERSATION = """
    select (select count(*) from lead) + (select count(*) from message) - 2 * (select count(*) from conversation)
           + (select count(*) from (select uid from outbox where kind = 'lead' union select lead_uid from delivery) told
               where not exists (select from conversation c where c.uid = told.uid)) as more"""
GAPS = """
    select count(*) as gaps from (
        select m.client_uid from message m join client c on (c.business_id, c.uid) = (m.business_id, m.client_uid)
         group by m.business_id, m.client_uid, c.message_count, c.revision
        having count(distinct m.revision) <> count(*) or min(m.revision) <> 1 or max(m.revision) <> count(*)
            or c.message_count <> count(*) or c.revision <> count(*)) clients"""


@dataclass(frozen=True, slots=True)
class Stored:
    title: str
    conversation_uid: str
    client_uid: str | None
    message_uid: str | None
    email: str | None


@dataclass(frozen=True)
class Verdict:
    """Titles of leads, and counts."""

    lost: list[str]
    doubled: list[str]
    misled: list[str]
    torn: int = 0
    gaps: int = 0


def look_up(our: Hall, told: Sequence[Told]) -> Verdict:
    """Starts the cluster when it does not run."""
    stored = [Stored(**row) for row in our.rows(STORED)]
    (torn,), (more,), (gaps,) = (our.rows(query)[0] for query in (TORN, WITHOUT_CONVERSATION, GAPS))
    found = compare(told, stored)
    return Verdict(found.lost, found.doubled, found.misled, torn + abs(more), gaps)


def compare(told: Iterable[Told], stored: Iterable[Stored]) -> Verdict:
    """A title is a lead: each was sent by one caller, however often."""
    rows = {row.conversation_uid: row for row in stored}
    times = Counter(row.title for row in rows.values())
    lost, misled = [], []
    for each in told:
        if each.title not in times:
            lost.append(each.title)
        elif not _as_told(each, rows.get(each.conversation_uid)):
            misled.append(each.title)
    return Verdict(lost, [title for title, count in times.items() if count > 1], misled)


def _as_told(told: Told, row: Stored | None) -> bool:
    return row is not None and (row.title, row.client_uid, row.message_uid, row.email) == (
        told.title,
        told.client_uid,
        told.message_uid,
        told.email,
    )
