"""What people do to conversations: archive, spam, trash, assign, claim, read, follow up; each act is a row.

The columns of a conversation say how it stands, the rows of `conversation_act` who made it so
and when. An act that changes nothing leaves none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from leadhall.conversations.by import By
from leadhall.core.db import Connection
from leadhall.core.errors import AlreadyExists, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event
from leadhall.tenancy.staff import get_staff

SQL = statements(__package__, "acts.sql")
AT_ONCE_MOST = 500
READ = "read"
READ_EVENT = "conversation/read"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a conversation stands."""

    business_unread: int
    assigned_staff_uid: str | None
    archived_at: datetime | None
    spam_at: datetime | None
    deleted_at: datetime | None
    follow_up_since: datetime | None
    follow_up_on: datetime | None
    follow_up_message: str | None
    campaign: str | None
    source_type: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act. `facts` are told beside it: `staff_uid` of an assignment, `on` and `message` of a follow-up."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)


class AlreadyClaimed(AlreadyExists):
    """Somebody else has it."""


def archive() -> Act:
    return Act(name="archive")


def unarchive() -> Act:
    return Act(name="unarchive")


def mark_spam() -> Act:
    return Act(name="spam")


def mark_not_spam() -> Act:
    return Act(name="not_spam")


def trash() -> Act:
    return Act(name="trash")


def restore() -> Act:
    return Act(name="restore")


def mark_read() -> Act:
    return Act(name=READ)


def mark_unread() -> Act:
    return Act(name="unread")


def assign(staff_uid: str | None) -> Act:
    """To this member; None: to nobody."""
    return Act(name="assign", facts={"staff_uid": staff_uid})


def claim(staff_uid: str) -> Act:
    """Take it, if nobody has."""
    return Act(name="claim", facts={"staff_uid": staff_uid})


def follow_up(on: datetime | None = None, message: str | None = None) -> Act:
    """Come back to it, on a day, with a word to oneself."""
    return Act(name="follow_up", facts={"on": on, "message": message})


def complete_follow_up() -> Act:
    return Act(name="follow_up_done")


def describe(*, campaign: str | None = None, source_type: str | None = None) -> Act:
    """Where it came from, as a caller knows better; what is None stays."""
    told = {"campaign": campaign, "source_type": source_type}
    return Act(name="describe", facts={name: value for name, value in told.items() if value is not None})


def after(state: State, act: Act, at: datetime) -> State:
    """The state after an act, pure; the same when it changes nothing. AlreadyClaimed for a claim that comes late."""
    return _AFTER[act.name](state, act.facts, at)


def _claimed(state: State, facts: dict[str, Any], at: datetime) -> State:  # noqa: ARG001 - as every act
    if state.assigned_staff_uid not in (None, facts["staff_uid"]):
        raise AlreadyClaimed("Somebody else has this conversation already")
    return replace(state, assigned_staff_uid=facts["staff_uid"])


def _followed(state: State, facts: dict[str, Any], at: datetime) -> State:
    return replace(
        state,
        follow_up_since=state.follow_up_since or at,
        follow_up_on=facts["on"],
        follow_up_message=facts["message"],
    )


_NOT_FOLLOWED = {"follow_up_since": None, "follow_up_on": None, "follow_up_message": None}
_AFTER: dict[str, Callable[[State, dict[str, Any], datetime], State]] = {
    "archive": lambda state, _, at: replace(state, archived_at=state.archived_at or at),
    "unarchive": lambda state, *_: replace(state, archived_at=None),
    "spam": lambda state, _, at: replace(state, spam_at=state.spam_at or at),
    "not_spam": lambda state, *_: replace(state, spam_at=None),
    "trash": lambda state, _, at: replace(state, deleted_at=state.deleted_at or at),
    "restore": lambda state, *_: replace(state, deleted_at=None),
    READ: lambda state, *_: replace(state, business_unread=0),
    "unread": lambda state, *_: replace(state, business_unread=max(state.business_unread, 1)),
    "assign": lambda state, facts, _: replace(state, assigned_staff_uid=facts["staff_uid"]),
    "claim": _claimed,
    "follow_up": _followed,
    "follow_up_done": lambda state, *_: replace(state, **_NOT_FOLLOWED),
    "describe": lambda state, facts, _: replace(state, **facts),
}
ACTS: tuple[str, ...] = tuple(_AFTER)


async def act_on(connection: Connection, business_id: int, conversation_uid: str, acts: Iterable[Act], by: By) -> None:
    """Do these to one conversation, in this order. NotFound when the business has none of that uid."""
    if not await act_on_many(connection, business_id, [conversation_uid], acts, by):
        raise NotFound("There is no such conversation")


async def act_on_many(
    connection: Connection, business_id: int, conversation_uids: Iterable[str], acts: Iterable[Act], by: By
) -> list[str]:
    """Do these to many at once, at most 500; all or none. Answers those that are there, changed or not.

    Invalid for an assignment to nobody of the staff, and for too many; AlreadyClaimed for a claim of one that is taken.
    """
    uids, acts = sorted(set(conversation_uids)), list(acts)
    if len(uids) > AT_ONCE_MOST:
        raise Invalid(f"At most {AT_ONCE_MOST} conversations at once", field="conversations")
    await _check_staff(connection, business_id, acts)
    async with connection.transaction():
        rows = await connection.fetch(SQL["lock"], business_id, uids)
        done = []
        for row in rows:
            now, state = row["now"], State(**{name: row[name] for name in State.__dataclass_fields__})
            became, acted = _do(state, acts, now)
            if acted:
                await connection.execute(SQL["write"], business_id, row["uid"], *asdict(became).values())
                done += [(row, act) for act in acted]
        await _record(connection, business_id, [(row["uid"], act) for row, act in done], by)
        await _tell(connection, business_id, [row for row, act in done if act.name == READ])
    return [row["uid"] for row in rows]


def _do(state: State, acts: Iterable[Act], now: datetime) -> tuple[State, list[Act]]:
    """The state after all, and those acts that changed something."""
    acted = []
    for act in acts:
        became = after(state, act, now)
        if became != state:
            acted.append(act)
        state = became
    return state, acted


async def _check_staff(connection: Connection, business_id: int, acts: Iterable[Act]) -> None:
    for act in acts:
        uid = act.facts.get("staff_uid")
        if uid is not None:
            await serving(connection, business_id, uid)


async def serving(connection: Connection, business_id: int, staff_uid: str, *, field: str = "staff_id") -> None:
    """Invalid unless this is somebody who serves the business now."""
    try:
        staff = await get_staff(connection, business_id, staff_uid)
    except NotFound:
        staff = None
    if staff is None or staff.deleted_at is not None:
        raise Invalid("Nobody of this uid serves the business", field=field)


async def _record(connection: Connection, business_id: int, acted: list[tuple[str, Act]], by: By) -> None:
    for uid, act in acted:
        await record_act(connection, business_id, uid, act, by)


async def record_act(connection: Connection, business_id: int, conversation_uid: str, act: Act, by: By) -> None:
    """Write down who did what, in the transaction that did it."""
    told = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in act.facts.items()
        if value is not None and name != "message"  # somebody's own words stand on the conversation alone
    }
    await connection.execute(
        SQL["record"], business_id, conversation_uid, mint(), act.name, by.staff_uid, by.token_uid, told
    )


async def _tell(connection: Connection, business_id: int, rows: list[Any]) -> None:
    """Subscribers hear that something new was read."""
    for row in rows:
        await append_event(
            connection,
            business_id,
            "conversation",
            {
                "events": [READ_EVENT],
                "conversation_uid": row["uid"],
                "client_uid": row["client_uid"],
                "client_revision": row["client_revision"],
                "lead_uid": row["lead_uid"],
                **({"is_test": True} if row["is_test"] else {}),
            },
        )
