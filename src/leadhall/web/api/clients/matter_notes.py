"""Notes under their matter, as older callers write them (api.md 3.9)."""

from __future__ import annotations

from leadhall.clients.book import get_client
from leadhall.clients.notes import CONTENT_MOST_CHARS, add_note, delete_note, edit_note, get_note, list_notes
from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Reply
from leadhall.web.api.clients.matters import NO_MATTER, READERS, UID, WRITERS, no_matter
from leadhall.web.api.clients.note_types import (
    MATTER_NOTE,
    MatterNoteBody,
    MatterNoteReply,
    MatterNotesReply,
    NoteGone,
    matter_note,
)
from leadhall.web.api.paging import Paged
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.writes import ERRORS as ERRORS_OF_WRITES
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, writing
from leadhall.web.call import Answer, Call


async def list_of_matter(call: Call) -> Answer:
    query: Paged = call.query
    async with reading(call) as (business, connection):
        try:
            notes, _ = await list_notes(
                connection, business.id, call.path["uid"], number=query.page, per_page=query.size
            )
        except NotFound:
            raise no_matter() from None
    return Answer({"success": True, "data": {"notes": [matter_note(note) for note in notes]}})


async def get_of_matter(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        await _check_matter(connection, business.id, call.path["uid"])
        note = await get_note(connection, business.id, call.path["note_uid"], client_uid=call.path["uid"])
    return Answer({"success": True, "data": {"note": matter_note(note)}})


async def _check_matter(connection: Connection, business_id: int, uid: str) -> None:
    """Upstream's 422 when there is no such matter; a note that one has not is a 404."""
    try:
        await get_client(connection, business_id, uid)
    except NotFound:
        raise no_matter() from None


def _content(work: Work) -> str:
    content = work.given.part("note", needed=True).text("content", needed=True, most_chars=CONTENT_MOST_CHARS)
    work.given.settle()
    return content or ""


async def _create(work: Work) -> Answer:
    content = _content(work)
    try:
        note = await add_note(
            work.connection,
            work.business_id,
            work.call.path["uid"],
            staff_uid=work.caller.staff_uid,
            content=content,
        )
    except NotFound:
        raise no_matter() from None
    return Answer({"success": True, "data": {"note": matter_note(note)}}, status=201)


async def _update(work: Work) -> Answer:
    content, path = _content(work), work.call.path
    await _check_matter(work.connection, work.business_id, path["uid"])
    note = await edit_note(
        work.connection, work.business_id, path["note_uid"], client_uid=path["uid"], title="", content=content
    )
    return Answer({"success": True, "data": {"note": matter_note(note)}})


async def _delete(work: Work) -> Answer:
    path = work.call.path
    await _check_matter(work.connection, work.business_id, path["uid"])
    await delete_note(work.connection, work.business_id, path["note_uid"], client_uid=path["uid"])
    return Answer({"data": None, "success": True})


_NO_NOTE = ErrorCase(404, "not_found", "This matter has no such note.")
_NOTE = UID | {"note_uid": "0m5x4kq2v7n1n1ab"}
_ONE = {"success": True, "data": {"note": MATTER_NOTE}}
_BODY = {"note": {"content": "Wants an oak worktop; call after six."}}
_TAG = "Notes"

OPERATIONS = (
    Operation(
        name="list_matter_notes",
        title="List a matter's notes",
        summary="Notes about one client, the newest first.",
        method="GET",
        path="/business/clients/v1/matters/{uid}/notes",
        door="api",
        policy=READERS,
        handler=list_of_matter,
        query=Paged,
        replies=(
            Reply(200, MatterNotesReply, {"success": True, "data": {"notes": [MATTER_NOTE]}}, "A page of notes."),
        ),
        errors=(*ERRORS, NO_MATTER),
        examples=(Example("A matter's", path=UID),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="create_matter_note",
        title="Create a matter's note",
        summary="Writes a note about a client.",
        method="POST",
        path="/business/clients/v1/matters/{uid}/notes",
        door="api",
        policy=WRITERS,
        handler=writing(_create),
        request=MatterNoteBody,
        replies=(Reply(201, MatterNoteReply, _ONE, "The note."),),
        errors=(*ERRORS_OF_POSTS, NO_MATTER),
        examples=(Example("A note", _BODY, path=UID),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="get_matter_note",
        title="Get a matter's note",
        summary="One note about one client.",
        method="GET",
        path="/business/clients/v1/matters/{uid}/notes/{note_uid}",
        door="api",
        policy=READERS,
        handler=get_of_matter,
        replies=(Reply(200, MatterNoteReply, _ONE, "The note."),),
        errors=(*ERRORS, NO_MATTER, _NO_NOTE),
        examples=(Example("A note", path=_NOTE),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="update_matter_note",
        title="Update a matter's note",
        summary="Another content for a note.",
        method="PUT",
        path="/business/clients/v1/matters/{uid}/notes/{note_uid}",
        door="api",
        policy=WRITERS,
        handler=writing(_update),
        request=MatterNoteBody,
        replies=(Reply(200, MatterNoteReply, _ONE, "The note as it is now."),),
        errors=(*ERRORS_OF_WRITES, NO_MATTER, _NO_NOTE),
        examples=(Example("A note", _BODY, path=_NOTE),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="delete_matter_note",
        title="Delete a matter's note",
        summary="The note is gone.",
        method="DELETE",
        path="/business/clients/v1/matters/{uid}/notes/{note_uid}",
        door="api",
        policy=WRITERS,
        handler=writing(_delete),
        replies=(Reply(200, NoteGone, {"data": None, "success": True}, "It is gone."),),
        errors=(*ERRORS, NO_MATTER, _NO_NOTE),
        examples=(Example("A note", path=_NOTE),),
        family="b",
        tag=_TAG,
    ),
)
