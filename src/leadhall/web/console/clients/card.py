"""One client: every field with its history, suggestions, tags, status, consent, notes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from leadhall.clients.book import Client, get_client, keys_of
from leadhall.clients.card import CardField
from leadhall.clients.changes import sheet_of
from leadhall.clients.consents import list_consents, record_consent
from leadhall.clients.desk import Desk, hold, open_desk
from leadhall.clients.edit import edit_client
from leadhall.clients.history import Entry, history_of
from leadhall.clients.merging import list_merges
from leadhall.clients.notes import add_note, delete_note, list_notes
from leadhall.clients.pairs import list_pairs
from leadhall.clients.statuses import STATUSES, label_of
from leadhall.clients.suggestions import accept_suggestion, dismiss_suggestion, list_suggestions
from leadhall.conversations.threads import list_threads
from leadhall.core.db import Scope, scoped
from leadhall.core.errors import Invalid
from leadhall.tenancy.staff import list_staff
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import console_page
from leadhall.web.console.rows import Work, done, shown, working_for
from leadhall.web.console.told import see
from leadhall.web.console.words import N_

BECAUSE = {
    "edit": N_("by hand"),
    "create": N_("when the client was made"),
    "suggestion": N_("from a suggestion"),
    "merge": N_("by a merge"),
    "undo": N_("by undoing a merge"),
    "import": N_("by an import"),
    "lead": N_("by a lead"),
}

CONSENT_BY = {
    "intake": N_("with a lead"),
    "owner": N_("noted by hand"),
    "api": N_("by a program"),
    "stop": N_("by STOP"),
    "start": N_("by START"),
    "unsubscribe": N_("by the link in a mail"),
    "complaint": N_("by a complaint to their provider"),
}


@dataclass(frozen=True)
class Line:
    """A field as the card shows it. `label` None: a built-in one, for which the page has a word."""

    field: CardField
    label: str | None
    value: str
    history: list[Entry]


async def show_client(call: Call) -> Answer:
    here, uid = working_for(call), call.path["client"]
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        client = await get_client(connection, here.business_id, uid)
        desk = await open_desk(connection, here.business_id, here.staff_uid)
        history = await history_of(connection, here.business_id, uid)
        staff = await list_staff(connection, here.business_id, left_too=True)
        told: dict[str, Any] = {
            "keys": await keys_of(connection, here.business_id, uid),
            "suggestions": await list_suggestions(connection, here.business_id, uid),
            "pairs": await list_pairs(connection, here.business_id, client_uid=uid),
            "merges": [each for each in await list_merges(connection, here.business_id, uid) if not each.undone_at],
            "consents": await list_consents(connection, here.business_id, uid),
            "notes": (await list_notes(connection, here.business_id, uid, per_page=50))[0],
            "threads": await list_threads(connection, here.business_id, client_uid=uid),
        }
    return await console_page(
        call, "clients/card.html", title=name_of(client), here="clients", client=client,
        lines=_lines(desk, client, history), staff=staff, because=BECAUSE, acts=CONSENT_BY,
        names={each.uid: each.display_name for each in staff},
        statuses=[(status, label_of(status, desk.labels)) for status in STATUSES], **told,
    )  # fmt: skip


def name_of(client: Client) -> str:
    """What pages call a client."""
    names = " ".join(filter(None, (client.first_name, client.last_name)))
    return names or client.email or client.phone or client.uid


def _lines(desk: Desk, client: Client, history: list[Entry]) -> list[Line]:
    sheet, of_field = sheet_of(client), defaultdict(list)
    for entry in history:
        of_field[entry.field].append(entry)
    return [
        Line(field, None if field.column else field.label, sheet.get(field.id) or "", of_field[field.id])
        for field in desk.card.fields
        if field.type not in ("opt-in", "status")
    ]


def _place(work: Work) -> str:
    return f"/clients/{work.call.path['client']}"


async def _desk(work: Work) -> Desk:
    return await open_desk(work.connection, work.business_id, work.here.staff_uid)


async def _edit(work: Work) -> Answer:
    """One field, or several: whatever the form names of the card, and its tags when it names them."""
    desk, form = await _desk(work), work.form
    names = [field.id for field in desk.card.fields] + ["status", "assigned_staff_uid"]
    values = {name: form.text(name) or None for name in names if form.has(name)}
    tags = form.text("tags").split(",") if form.has("tags") else None
    await edit_client(desk, work.call.path["client"], values, tags=tags)
    return see(_place(work), "saved")


async def _settle(work: Work) -> Answer:
    """Accept or dismiss a suggestion."""
    settle = accept_suggestion if work.form.text("act") == "accept" else dismiss_suggestion
    await settle(await _desk(work), work.call.path["client"], work.call.path["suggestion"])
    return see(_place(work), "saved")


async def _consent(work: Work) -> Answer:
    """The owner's own act: they agreed, or took it back."""
    desk = await _desk(work)
    client = await hold(desk, work.call.path["client"])
    if client.email is None:
        raise Invalid("There is no email to agree for")
    await record_consent(desk, [client], value=work.form.text("value") == "yes", act="owner")
    return see(_place(work), "saved")


async def _add_note(work: Work) -> Answer:
    await add_note(
        work.connection, work.business_id, work.call.path["client"], staff_uid=work.here.staff_uid,
        content=work.form.text("content"),
    )  # fmt: skip
    return see(_place(work), "saved")


async def _delete_note(work: Work) -> Answer:
    await delete_note(work.connection, work.business_id, work.call.path["note"], client_uid=work.call.path["client"])
    return see(_place(work), "saved")


OPERATIONS = (
    shown("client", "Client", "/clients/{client}", show_client, summary="The card of a client, and all about it."),
    done(
        "edit_client", "Edit a client", "/clients/{client}", _edit, right="edit",
        summary="Fields of the card, status, tags, who looks after the client.", fields={"first_name": "Dana"},
    ),
    done(
        "settle_suggestion", "Settle a suggestion", "/clients/{client}/suggestions/{suggestion}", _settle, right="edit",
        summary="Accept it onto the card, or dismiss it.", fields={"act": "accept"},
    ),
    done(
        "record_consent", "Record consent", "/clients/{client}/consent", _consent, right="edit",
        summary="That the client agreed to news by email, or took it back.", fields={"value": "no"},
    ),
    done(
        "add_note", "Add a note", "/clients/{client}/notes", _add_note, right="edit", summary="For the team alone.",
        fields={"content": "Prefers mornings"},
    ),
    done(
        "delete_note", "Delete a note", "/clients/{client}/notes/{note}", _delete_note, right="edit",
        summary="Off the card.",
    ),
)  # fmt: skip
