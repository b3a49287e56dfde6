"""`leadhall conversation list|show|reply|archive|assign`."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import cyclopts
from cyclopts import Parameter

from leadhall.cli.durations import read_span
from leadhall.cli.faults import Usage
from leadhall.cli.output import Json, harmless, row_of, say, show_facts, show_json, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.cli.timeline import tell_item
from leadhall.conversations import acts
from leadhall.conversations.acts import act_on
from leadhall.conversations.by import By
from leadhall.conversations.messages import CHANNELS, send_to_client
from leadhall.conversations.parts import text_of
from leadhall.conversations.threads import NEEDS_ANSWER, OWN_FOLDERS, Sought, Thread, find_threads
from leadhall.conversations.timeline import timeline_of
from leadhall.conversations.whole import get_whole
from leadhall.core.db import Connection
from leadhall.core.errors import Invalid, NotFound
from leadhall.core.sql import statements
from leadhall.dispatch.claim import clock_of
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.staff import Staff, list_staff

app = cyclopts.App(name="conversation", help="Conversations: list, read, answer, archive, assign.")
SQL = statements(__package__, "conversation.sql")
LISTED = ("uid", "created_at", "client", "title", "source", "unread", "waits_since", "assigned_to", "last_text")
SHOWN = ("uid", "title", "client", "contact", "assigned_to", "state", "source", "created_at", "first_answered_at")
GIST_MOST_CHARS = 60
Who = Annotated[
    str | None, Parameter(name="--as", help="Who writes: uid or email of staff. Else the business's owner.")
]


@app.command(name="list")
async def list_(
    business: str,
    /,
    *,
    folder: Annotated[str, Parameter(help=f"One of: {', '.join(OWN_FOLDERS)}.")] = NEEDS_ANSWER,
    staff: Annotated[str | None, Parameter(help="For mine: whose, by uid or email.")] = None,
    source: str | None = None,
    tag: str | None = None,
    status: Annotated[str | None, Parameter(help="Of the client.")] = None,
    unread: bool = False,
    within: Annotated[str | None, Parameter(help="How far back, such as 12h or 7d.")] = None,
    limit: Annotated[int, Parameter(help="At most how many, up to 500.")] = 50,
    after: Annotated[str | None, Parameter(help="Go on where the page before said.")] = None,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Conversations of a folder, newest first; of needs_answer, who waits longest first."""
    if folder not in OWN_FOLDERS:
        raise Usage(f"there is no folder {harmless(folder)}", remedy=f"one of: {', '.join(OWN_FOLDERS)}")
    if (folder == "mine") != (staff is not None):
        raise Usage("--staff goes with --folder mine", remedy="leadhall staff list BUSINESS")
    span = read_span(within) if within else None
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        sought = Sought(
            folder=folder,
            staff_uid=(await _member(at.connection, found.id, staff)).uid if staff else None,
            source=source,
            tag=tag,
            status=status,
            since=await clock_of(at.connection) - span if span else None,
            only_unread=unread,
        )
        page = await find_threads(at.connection, found.id, sought, after=after, per_page=min(max(limit, 1), 500))
    rows = [row_of(each) | _told(each) for each in page.threads]
    show_rows(rows, as_json=as_json, columns=LISTED, nothing="no conversations")
    if page.after is not None:
        say(f"more: --after {page.after}")


@app.command
async def show(uid: str, /, *, as_json: Json = False) -> None:
    """One conversation: whom it is with, how it stands, and all that happened in it."""
    async with session() as at:
        business_id = await _business_of(at.connection, uid)
        whole = await get_whole(at.connection, business_id, uid)
        items = await timeline_of(at.connection, business_id, uid)
    if as_json:
        show_json(row_of(whole) | {"timeline": [row_of(item) for item in items]})
        return
    told = row_of(whole.thread) | _told(whole.thread) | {"contact": whole.contact, "state": _state(whole.thread)}
    told["assigned_to"] = whole.staff["display_name"] if whole.staff else None
    show_facts({name: told[name] for name in SHOWN}, as_json=False)
    for item in items:
        tell_item(item)


@app.command
async def reply(
    uid: str,
    text: Annotated[str | None, Parameter(help="What to write; read from standard input where left out.")] = None,
    /,
    *,
    by: Who = None,
    channel: Annotated[list[str] | None, Parameter(help="email or sms; both where left out.")] = None,
    as_json: Json = False,
) -> None:
    """Write to the client. It leaves by deliveries: `leadhall deliveries list --lead UID`."""
    words = sys.stdin.read() if text is None else text
    async with session() as at, at.connection.transaction():
        business_id = await _business_of(at.connection, uid)
        staff = await _member(at.connection, business_id, by)
        message = await send_to_client(
            at.connection, business_id, uid, words, channels=channel or CHANNELS, by=By(staff_uid=staff.uid)
        )
        await record_act(at.connection, "conversation/replied", uid, business_id=business_id)
    if as_json:
        show_json(row_of(message))
    else:
        say(f"{harmless(staff.display_name)} wrote {message.uid}; what becomes of it: leadhall conversation show {uid}")


@app.command
async def archive(uids: list[str], /, *, undo: bool = False, as_json: Json = False) -> None:
    """Put conversations away, or bring them back (--undo). A client who writes again brings theirs back."""
    act = acts.unarchive() if undo else acts.archive()
    if not uids:
        raise Usage("which conversations?", remedy="leadhall conversation list BUSINESS")
    async with session() as at, at.connection.transaction():
        for uid in uids:
            business_id = await _business_of(at.connection, uid)
            await act_on(at.connection, business_id, uid, [act], By())
            await record_act(at.connection, f"conversation/{act.name}d", uid, business_id=business_id)
    _done({"uids": uids, "act": act.name}, as_json=as_json, words=f"{act.name}d: {len(uids)}")


@app.command
async def assign(
    uid: str,
    staff: Annotated[str | None, Parameter(help="Uid or email of staff; nobody where left out.")] = None,
    /,
    *,
    as_json: Json = False,
) -> None:
    """Give a conversation to a member of the staff, or to nobody."""
    async with session() as at, at.connection.transaction():
        business_id = await _business_of(at.connection, uid)
        member = await _member(at.connection, business_id, staff) if staff else None
        await act_on(at.connection, business_id, uid, [acts.assign(member.uid if member else None)], By())
        facts = {"staff_uid": member.uid if member else None}
        await record_act(at.connection, "conversation/assigned", uid, business_id=business_id, facts=facts)
    name = harmless(member.display_name) if member else "nobody"
    _done({"uid": uid, "act": "assign", **facts}, as_json=as_json, words=f"assigned to {name}")


def _done(told: dict[str, Any], *, as_json: bool, words: str) -> None:
    if as_json:
        show_json(told)
    else:
        say(words)


async def _business_of(connection: Connection, uid: str) -> int:
    business_id: int | None = await connection.fetchval(SQL["business_of"], uid)
    if business_id is None:
        raise NotFound(f"there is no conversation {harmless(uid)}")
    return business_id


async def _member(connection: Connection, business_id: int, named: str | None) -> Staff:
    """Who serves the business under this uid or email; the owner where nobody is named."""
    people = await list_staff(connection, business_id)
    wanted = (named or "").strip().lower()
    for each in people:
        if named is None or wanted in {each.uid, each.email.lower()}:
            return each
    raise Invalid(f"nobody {harmless(named or '')} serves this business")


def _told(thread: Thread) -> dict[str, Any]:
    """What a person at a terminal wants to see of a conversation."""
    name = " ".join(filter(None, [thread.client_first_name, thread.client_last_name]))
    said = thread.last_text if thread.last_text is not None else text_of(thread.last_parts or ())
    gist = " ".join(said.split())
    return {
        "client": name or thread.client_uid,
        "unread": thread.business_unread,
        "waits_since": thread.awaits_since,
        "assigned_to": thread.assigned_staff_uid,
        "last_text": gist[:GIST_MOST_CHARS] or None,
    }


def _state(thread: Thread) -> list[str]:
    marks = {
        "in the trash": thread.deleted_at,
        "spam": thread.spam_at,
        "archived": thread.archived_at,
        "followed up": thread.follow_up_since,
        "waits for an answer": thread.awaits_since,
        "unread": thread.business_unread,
        "a test": thread.is_test,
    }
    return [name for name, is_so in marks.items() if is_so] or ["answered"]
