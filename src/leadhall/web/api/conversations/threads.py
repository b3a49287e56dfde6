"""Conversations as a whole: listed, and changed by staff (api.md 3.4, the v2 family)."""

from __future__ import annotations

from leadhall.conversations import acts
from leadhall.conversations.acts import Act, act_on
from leadhall.conversations.threads import list_threads
from leadhall.conversations.whole import get_whole, wholes_of
from leadhall.core.errors import NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.web.api.conversations.messages import EXAMPLE, by_caller, no_conversation
from leadhall.web.api.conversations.thread_types import ThreadChanges, WholeItem, WholesQuery, WholesReply, shown
from leadhall.web.api.given import LONG_TEXT_MOST_CHARS, Given
from leadhall.web.api.paging import next_link
from leadhall.web.api.query import read_time
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.writes import ERRORS as ERRORS_OF_WRITES
from leadhall.web.api.writes import Work, writing
from leadhall.web.call import Answer, Call

WRAPPED = "conversation"
SWITCHES = {
    "archived": (acts.archive, acts.unarchive),
    "spam": (acts.mark_spam, acts.mark_not_spam),
    "deleted": (acts.trash, acts.restore),
    "business_unread": (acts.mark_unread, acts.mark_read),
}
"""What a true and what a false does."""


async def list_wholes(call: Call) -> Answer:
    """A page of conversations, newest first, each with its client, its staff and its last message."""
    query: WholesQuery = call.query
    async with reading(call) as (business, connection):
        threads = await list_threads(
            connection,
            business.id,
            client_uid=query.client_id,
            folder=query.folder,
            below=query.after,
            number=query.page,
            per_page=query.size,
        )
        wholes = await wholes_of(connection, business.id, [thread.uid for thread in threads])
    body = {"data": [shown(whole) for whole in wholes]}
    return Answer(body, headers=next_link(call, query, [thread.uid for thread in threads]))


async def _change(work: Work) -> Answer:
    """Each change is an act of whoever holds the token."""
    uid = work.call.path["uid"]
    given = work.given.part(WRAPPED) if work.given.has(WRAPPED) else work.given
    done = [*_switched(given), *_followed(given), *_described(given)]
    work.given.settle()
    try:
        await act_on(work.connection, work.business_id, uid, done, by_caller(work))
        whole = await get_whole(work.connection, work.business_id, uid)
    except NotFound:
        raise no_conversation() from None
    return Answer(shown(whole))


def _switched(given: Given) -> list[Act]:
    asked = [(given.boolean(name), on, off) for name, (on, off) in SWITCHES.items()]
    return [on() if value else off() for value, on, off in asked if value is not None]


def _followed(given: Given) -> list[Act]:
    """A date or a message says that it is followed up; that it is done wins."""
    wanted, is_done = given.boolean("follow_up"), given.boolean("complete_follow_up")
    on = read_time(given.text("follow_up_date"), "follow_up_date", given.faults)
    message = given.text("follow_up_message", most_chars=LONG_TEXT_MOST_CHARS)
    if is_done or wanted is False:
        return [acts.complete_follow_up()]
    return [acts.follow_up(on, message)] if wanted or on or message else []


def _described(given: Given) -> list[Act]:
    campaign, source_type = given.text("campaign"), given.text("source_type")
    return [acts.describe(campaign=campaign, source_type=source_type)] if campaign or source_type else []


_THREAD = {"uid": "0m5x4kq2v7d3h8cd"}
_ONE = {
    "uid": "0m5x4kq2v7d3h8cd",
    "title": "Kitchen renovation",
    "archived": False,
    "spam": False,
    "deleted": False,
    "business_unread": False,
    "client_unread": True,
    "follow_up": True,
    "follow_up_date": "2026-12-01T09:00:00.000Z",
    "follow_up_message": "Call her",
    "campaign": None,
    "source_type": None,
    "message_count": 2,
    "last_message": EXAMPLE,
    "client": {
        "uid": "0m5x4kq2v7c9t1ab",
        "first_name": "Dana",
        "last_name": "Levi",
        "email": "dana.levi@example.com",
        "phone": "+1 (415) 555-0132",
    },
    "staff": {
        "uid": "0m5x4kq0000000st",
        "display_name": "Olivia Reed",
        "email": "olivia@harbour-kitchens.example",
    },
    "created_at": "2026-11-22T09:30:00.123Z",
    "updated_at": "2026-11-22T09:30:00.123Z",
}

OPERATIONS = (
    Operation(
        name="list_whole_conversations",
        title="List conversations (v2)",
        summary="The conversations of a business, newest first, each with its client, its staff and its last message.",
        method="GET",
        path="/v2/conversations",
        door="api",
        policy=Policy.tokens("staff", "app", "directory", scopes=("clients:read",)),
        handler=list_wholes,
        query=WholesQuery,
        replies=(Reply(200, WholesReply, {"data": [_ONE]}, "A page of conversations. `Link` names the next page."),),
        errors=ERRORS,
        examples=(Example("The inbox", query={"folder": "inbox"}),),
        tag="Conversations",
    ),
    Operation(
        name="change_conversation",
        title="Change a conversation",
        summary="Archive, spam, trash, unread, follow-up, and where it came from. What is left out stays; each change "
        "is written down with who made it.",
        method="PUT",
        path="/v2/conversations/{uid}",
        door="api",
        policy=Policy.tokens("staff", scopes=("messages",)),
        handler=writing(_change),
        request=ThreadChanges,
        replies=(Reply(200, WholeItem, _ONE, "The conversation as it is now."),),
        errors=(*ERRORS_OF_WRITES, ErrorCase(404, "not_found", "This business has no such conversation.")),
        examples=(
            Example(
                "Follow up",
                {
                    "business_unread": False,
                    "follow_up": True,
                    "follow_up_date": "2026-12-01",
                    "follow_up_message": "Call",
                },
                path=_THREAD,
            ),
            Example("Archive", {"archived": True}, path=_THREAD),
        ),
        tag="Conversations",
    ),
)
