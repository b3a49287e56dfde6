"""The inbox: folders, filters, search, and what is done to many at once. It lands on what needs an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import msgspec

from leadhall.clients.desk import open_desk
from leadhall.clients.statuses import STATUSES, label_of
from leadhall.clients.tagging import tag_clients
from leadhall.conversations.acts import act_on_many, archive, mark_not_spam, mark_spam, unarchive
from leadhall.conversations.by import By
from leadhall.conversations.parts import text_of
from leadhall.conversations.threads import NEEDS_ANSWER, Found, Sought, Thread, find_threads, threads_called
from leadhall.core.db import Connection, Scope, scoped
from leadhall.core.errors import Invalid
from leadhall.search.find import find_in_inbox
from leadhall.search.words import ASKED_MOST_CHARS
from leadhall.tenancy.sessions import Membership
from leadhall.web.call import Answer, Call
from leadhall.web.console.first_steps import first_steps
from leadhall.web.console.frame import console_page
from leadhall.web.console.menu import look_first
from leadhall.web.console.reader import Reader, reader_of
from leadhall.web.console.rows import Work, done, shown, working_for
from leadhall.web.console.told import see
from leadhall.web.console.words import N_
from leadhall.web.form import local_path
from leadhall.web.live import Place

PER_PAGE = 50
SNIPPET_CHARS = 160
FOLDERS = {
    NEEDS_ANSWER: N_("Needs an answer"),
    "mine": N_("Mine"),
    "all": N_("All"),
    "archived": N_("Archived"),
    "spam": N_("Spam"),
}
"""In their order; *needs attention* is a page of its own (attention.py)."""
EMPTY = {
    NEEDS_ANSWER: N_("Nobody waits for an answer. New leads appear here by themselves."),
    "mine": N_("Nothing is assigned to you. Open a lead and take it with Claim."),
    "all": N_("No leads yet. Send yourself a test lead to see how one comes in."),
    "archived": N_("Nothing is archived. What is done with can be archived with e."),
    "spam": N_("No spam. What looks like spam is held, never dropped."),
}


STATUS_WORDS = (N_("Lead"), N_("Customer"), N_("Loyal"), N_("Inactive"))
"""Of clients.statuses, for who reads no English."""


class InboxQuery(msgspec.Struct, kw_only=True):
    """Folder, filters, search, and where the page goes on. Days are the business's, the last one included."""

    folder: str | None = None
    q: str | None = None
    source: str | None = None
    tag: str | None = None
    status: str | None = None
    since: date | None = None
    until: date | None = None
    after: str | None = None
    told: str | None = None

    @property
    def folder_meant(self) -> str:
        return self.folder if self.folder in FOLDERS else NEEDS_ANSWER

    @property
    def is_filtered(self) -> bool:
        return any((self.source, self.tag, self.status, self.since, self.until))

    @property
    def is_plain(self) -> bool:
        """The first page of what the inbox lands on."""
        return self.folder_meant == NEEDS_ANSWER and not (self.q or self.after or self.is_filtered)

    def url(self, **changes: Any) -> str:
        """The inbox asked otherwise."""
        asked = {
            name: value for name, value in (msgspec.to_builtins(self) | changes).items() if value and name != "told"
        }
        return "/inbox" + (f"?{urlencode(asked)}" if asked else "")


@dataclass(frozen=True)
class Row:
    """One conversation as the list shows it."""

    thread: Thread
    name: str
    snippet: str
    status: str


async def show_inbox(call: Call) -> Answer:
    if call.person.membership is None:
        return see("/welcome")
    here, reader, query = working_for(call), await reader_of(call), call.query
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        await look_first(call, connection, here)
        found = await _found(connection, here, reader, query)
        steps = await first_steps(connection, here, found.threads) if query.is_plain else None
    rows = [_row(each, reader) for each in found.threads]
    title = reader.words("Search") if query.q else reader.words(FOLDERS[query.folder_meant])
    return await console_page(
        call, "inbox.html", title=title, here="inbox", query=query, folders=FOLDERS, rows=rows, steps=steps,
        older=query.url(after=found.after) if found.after else None, empty=EMPTY[query.folder_meant],
        statuses=[(each, label_of(each, reader.status_labels)) for each in STATUSES],
        sources=sorted({each.source for each in found.threads if each.source}),
        tags=sorted({tag for each in found.threads for tag in each.tags}),
    )  # fmt: skip


async def _found(connection: Connection, here: Membership, reader: Reader, query: InboxQuery) -> Found:
    term = (query.q or "").strip()
    if term:
        if len(term) > ASKED_MOST_CHARS:
            raise Invalid(f"Search for at most {ASKED_MOST_CHARS} characters", field="q")
        return Found(await find_in_inbox(connection, here.business_id, term, country=reader.country), None)
    sought = Sought(
        folder=query.folder_meant,
        staff_uid=here.staff_uid,
        source=query.source or None,
        tag=query.tag or None,
        status=query.status if query.status in STATUSES else None,
        since=_midnight(query.since, reader),
        until=_midnight(query.until + timedelta(days=1), reader) if query.until else None,
    )
    return await find_threads(connection, here.business_id, sought, after=query.after, per_page=PER_PAGE)


def _midnight(day: date | None, reader: Reader) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(reader.words.zone)).astimezone(UTC) if day else None


def _row(thread: Thread, reader: Reader) -> Row:
    name = " ".join(filter(None, (thread.client_first_name, thread.client_last_name)))
    snippet = " ".join((thread.last_text or _written(thread)).split())[:SNIPPET_CHARS]
    status = label_of(thread.client_status, reader.status_labels) if thread.client_status else ""
    return Row(thread, name or reader.words("Somebody"), snippet, status)


def _written(thread: Thread) -> str:
    """What the lead wrote, without the names of its fields; else what it asked for."""
    parts = thread.last_parts or ()
    written = [value for part in parts if part["kind"] == "message" for _, value in part["fields"]]
    return "\n".join(written) or text_of(parts, for_owner=False)


MANY = {
    "archive": (archive, "archived"),
    "unarchive": (unarchive, "back"),
    "spam": (mark_spam, "spam"),
    "not_spam": (mark_not_spam, "not_spam"),
}
BACK = "/inbox"


async def _act_on_many(work: Work) -> Answer:
    """Archive, spam or tag those that were ticked."""
    uids, act = work.form.all("uid"), work.form.text("act")
    back = local_path(work.form.text("back"), BACK, under=BACK)
    if not uids:
        return see(back, "nothing")
    if act == "tag":
        await _tag(work, uids, work.form.text("tag"))
        return see(back, "tagged")
    if act not in MANY:
        raise Invalid("There is no such act", field="act")
    make, told = MANY[act]
    await act_on_many(work.connection, work.business_id, uids, [make()], By(staff_uid=work.here.staff_uid))
    return see(back, told)


async def _tag(work: Work, uids: list[str], tag: str) -> None:
    """Tags hang on clients, and so on all that they ask."""
    threads = await threads_called(work.connection, work.business_id, uids)
    desk = await open_desk(work.connection, work.business_id, work.here.staff_uid)
    await tag_clients(desk, sorted({each.client_uid for each in threads}), [tag])


async def stream(call: Call) -> Answer:
    """Tells the browser when something changed."""
    here = working_for(call)
    place = Place(here.business_id, call.query.conversation or None)
    told = call.services.live.open(place, user=call.person.session.user_uid, mark=call.query.mark or "")
    return Answer(stream=told, content_type=b"text/event-stream; charset=utf-8")


class LiveQuery(msgspec.Struct):
    """How things stood when the page was made, and which conversation it shows."""

    mark: str | None = None
    conversation: str | None = None


OPERATIONS = (
    shown(
        "inbox", "Inbox", "/inbox", show_inbox, query=InboxQuery,
        summary="A business's leads by folder: what needs an answer, the longest waiting first; filtered and searched.",
    ),
    shown("live", "Live", "/inbox/live", stream, query=LiveQuery, summary="Server-sent events: `changed`."),
    done(
        "act_on_many", "Act on many", "/inbox/many", _act_on_many,
        summary="Archive, spam or tag the conversations that were ticked.",
        fields={"uid": ["0m5x4kq000000000"], "act": "archive"},
    ),
)  # fmt: skip
