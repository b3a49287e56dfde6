"""Notes in upstream's shapes (api.md 3.9)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.clients.notes import Note
from leadhall.core.clock import iso_milliseconds
from leadhall.web.api.paging import Paged, Paging


class NotesQuery(Paged, kw_only=True):
    matter_uid: Annotated[str | None, Meta(description="Of this client. Needed.")] = None


class NoteChanges(msgspec.Struct, kw_only=True):
    """What is left out stays; whose note it is, and what it is about, stay whatever comes."""

    title: Annotated[str | None, Meta(description="At most 255 characters. A title or a content is needed.")] = None
    content: Annotated[str | None, Meta(description="At most 16,384 characters.")] = None


class NoteBody(NoteChanges, kw_only=True):
    """A note about a client."""

    matter_uid: Annotated[str | None, Meta(description="Of this client. Needed.")] = None
    entity_uid: Annotated[str | None, Meta(description="What the note is about, beside the client.")] = None
    entity_type: Literal["document", "payment", "meeting"] | None = None


class Capabilities(msgspec.Struct):
    update: bool
    delete: bool


class NoteTold(msgspec.Struct, kw_only=True):
    """One note about a client."""

    uid: str
    business_uid: str
    matter_uid: str
    staff_uid: Annotated[str | None, Meta(description="Who wrote it; null when a program did.")]
    title: str | None
    content: str | None
    summary: Annotated[None, Meta(description="Always null: nobody summarises notes here.")]
    summary_status: None
    entity_uid: str | None
    entity_type: Literal["document", "payment", "meeting"] | None
    capabilities: Capabilities
    created_at: str
    updated_at: str


class NoteReply(msgspec.Struct):
    success: Literal[True]
    data: NoteTold


class NotesData(msgspec.Struct):
    client_notes: list[NoteTold]


class NotesReply(msgspec.Struct):
    success: Literal[True]
    data: NotesData
    paging: Paging


class MatterNoteGiven(msgspec.Struct):
    content: str


class MatterNoteBody(msgspec.Struct):
    note: MatterNoteGiven


class MatterNote(msgspec.Struct, kw_only=True):
    uid: str
    content: str | None
    staff_uid: str | None
    created_at: str
    updated_at: str


class MatterNoteData(msgspec.Struct):
    note: MatterNote


class MatterNoteReply(msgspec.Struct):
    success: Literal[True]
    data: MatterNoteData


class MatterNotesData(msgspec.Struct):
    notes: list[MatterNote]


class MatterNotesReply(msgspec.Struct):
    success: Literal[True]
    data: MatterNotesData


class NoteGone(msgspec.Struct):
    data: None
    success: Literal[True]


def note_told(note: Note, business_uid: str) -> dict[str, Any]:
    return {
        "uid": note.uid,
        "business_uid": business_uid,
        "matter_uid": note.client_uid,
        "staff_uid": note.staff_uid,
        "title": note.title,
        "content": note.content,
        "summary": None,
        "summary_status": None,
        "entity_uid": note.entity_uid,
        "entity_type": note.entity_type,
        "capabilities": {"update": True, "delete": True},
        "created_at": iso_milliseconds(note.created_at),
        "updated_at": iso_milliseconds(note.updated_at),
    }


def matter_note(note: Note) -> dict[str, Any]:
    """The same as the matter's routes show it: a title stands above the content."""
    content = "\n\n".join(filter(None, [note.title, note.content]))
    return {
        "uid": note.uid,
        "content": content,
        "staff_uid": note.staff_uid,
        "created_at": iso_milliseconds(note.created_at),
        "updated_at": iso_milliseconds(note.updated_at),
    }


NOTE: dict[str, Any] = {
    "uid": "0m5x4kq2v7n1n1ab",
    "business_uid": "0m5x4kq0000000bz",
    "matter_uid": "0m5x4kq2v7c9t1ab",
    "staff_uid": "0m5x4kq0000000st",
    "title": "Call",
    "content": "Wants an oak worktop; call after six.",
    "summary": None,
    "summary_status": None,
    "entity_uid": None,
    "entity_type": None,
    "capabilities": {"update": True, "delete": True},
    "created_at": "2026-11-22T09:30:00.123Z",
    "updated_at": "2026-11-22T09:30:00.123Z",
}
MATTER_NOTE: dict[str, Any] = {
    "uid": "0m5x4kq2v7n1n1ab",
    "content": "Wants an oak worktop; call after six.",
    "staff_uid": "0m5x4kq0000000st",
    "created_at": "2026-11-22T09:30:00.123Z",
    "updated_at": "2026-11-22T09:30:00.123Z",
}
