"""Notes about clients by the API (api.md 3.9)."""

from __future__ import annotations

from leadhall.clients.notes import CONTENT_MOST_CHARS, add_note, delete_note, edit_note, get_note, list_notes
from leadhall.core.errors import NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.web.api.clients.note_types import (
    NOTE,
    NoteBody,
    NoteChanges,
    NoteGone,
    NoteReply,
    NotesQuery,
    NotesReply,
    note_told,
)
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.refusals import Worded
from leadhall.web.api.writes import ERRORS as ERRORS_OF_WRITES
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, writing
from leadhall.web.call import Answer, Call

ENTITIES = ("document", "payment", "meeting")
NO_MATTER = "This matter doesn't exist"


async def list_client_notes(call: Call) -> Answer:
    query: NotesQuery = call.query
    if not query.matter_uid:
        raise Worded(400, "matter_uid is required", code="required", field="matter_uid")
    async with reading(call) as (business, connection):
        try:
            notes, total = await list_notes(
                connection, business.id, query.matter_uid, number=query.page, per_page=query.size
            )
        except NotFound:
            raise Worded(422, NO_MATTER, code="invalid", field="matter_uid") from None
    paging = {"page": query.page, "per_page": query.size, "total": total}
    data = {"client_notes": [note_told(note, business.uid) for note in notes]}
    return Answer({"success": True, "data": data, "paging": paging})


async def get_client_note(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        note = await get_note(connection, business.id, call.path["note_uid"])
    return Answer({"success": True, "data": note_told(note, business.uid)})


async def _create(work: Work) -> Answer:
    given = work.given
    client_uid = given.text("matter_uid", needed=True)
    title, content = given.text("title"), given.text("content", most_chars=CONTENT_MOST_CHARS)
    entity_uid, entity_type = given.text("entity_uid"), given.word("entity_type", ENTITIES)
    given.settle()
    try:
        note = await add_note(
            work.connection,
            work.business_id,
            client_uid or "",
            staff_uid=work.caller.staff_uid,
            title=title,
            content=content,
            entity_uid=entity_uid,
            entity_type=entity_type,  # type: ignore[arg-type] # one of ENTITIES
        )
    except NotFound:
        raise Worded(422, NO_MATTER, code="invalid", field="matter_uid") from None
    return Answer({"success": True, "data": note_told(note, work.business.uid if work.business else "")})


async def _update(work: Work) -> Answer:
    given = work.given
    title = given.text("title", blank=True)
    content = given.text("content", most_chars=CONTENT_MOST_CHARS, blank=True)
    given.settle()
    note = await edit_note(work.connection, work.business_id, work.call.path["note_uid"], title=title, content=content)
    return Answer({"success": True, "data": note_told(note, work.business.uid if work.business else "")})


async def _delete(work: Work) -> Answer:
    await delete_note(work.connection, work.business_id, work.call.path["note_uid"])
    return Answer({"data": None, "success": True})


_READERS = Policy.tokens("staff", scopes=("clients:read",))
_WRITERS = Policy.tokens("staff", scopes=("clients:write",))
_NO_MATTER = ErrorCase(422, "invalid", "This business has no such matter.")
_NO_NOTE = ErrorCase(404, "not_found", "This business has no such note.")
_ONE = {"success": True, "data": NOTE}
_UID = {"note_uid": "0m5x4kq2v7n1n1ab"}
_TAG = "Notes"

OPERATIONS = (
    Operation(
        name="list_client_notes",
        title="List notes",
        summary="Notes about one client, the newest first.",
        method="GET",
        path="/v3/clients/client_notes",
        door="api",
        policy=_READERS,
        handler=list_client_notes,
        query=NotesQuery,
        replies=(
            Reply(
                200,
                NotesReply,
                {
                    "success": True,
                    "data": {"client_notes": [NOTE]},
                    "paging": {"page": 1, "per_page": 25, "total": 1},
                },
                "A page of notes.",
            ),
        ),
        errors=(*ERRORS, ErrorCase(400, "required", "matter_uid is missing."), _NO_MATTER),
        examples=(Example("A client's", query={"matter_uid": "0m5x4kq2v7c9t1ab"}),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="create_client_note",
        title="Create a note",
        summary="Writes a note about a client. The client never reads it.",
        method="POST",
        path="/v3/clients/client_notes",
        door="api",
        policy=_WRITERS,
        handler=writing(_create),
        request=NoteBody,
        replies=(Reply(200, NoteReply, _ONE, "The note."),),
        errors=(*ERRORS_OF_POSTS, _NO_MATTER),
        examples=(
            Example("A note", {"matter_uid": "0m5x4kq2v7c9t1ab", "content": "Wants an oak worktop; call after six."}),
        ),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="get_client_note",
        title="Get a note",
        summary="One note.",
        method="GET",
        path="/v3/clients/client_notes/{note_uid}",
        door="api",
        policy=_READERS,
        handler=get_client_note,
        replies=(Reply(200, NoteReply, _ONE, "The note."),),
        errors=(*ERRORS, _NO_NOTE),
        examples=(Example("A note", path=_UID),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="update_client_note",
        title="Update a note",
        summary="Changes what is given of a note; a blank text clears its title or content, but never both.",
        method="PUT",
        path="/v3/clients/client_notes/{note_uid}",
        door="api",
        policy=_WRITERS,
        handler=writing(_update),
        request=NoteChanges,
        replies=(Reply(200, NoteReply, _ONE, "The note as it is now."),),
        errors=(*ERRORS_OF_WRITES, _NO_NOTE),
        examples=(Example("Another text", {"content": "Wants a beech worktop."}, path=_UID),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="delete_client_note",
        title="Delete a note",
        summary="The note is gone.",
        method="DELETE",
        path="/v3/clients/client_notes/{note_uid}",
        door="api",
        policy=_WRITERS,
        handler=writing(_delete),
        replies=(Reply(200, NoteGone, {"data": None, "success": True}, "It is gone."),),
        errors=(*ERRORS, _NO_NOTE),
        examples=(Example("A note", path=_UID),),
        family="b",
        tag=_TAG,
    ),
)
