"""Answers that came back and found no sure place: let into their conversation, or dismissed. Part of *attention*."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from leadhall.conversations.by import By
from leadhall.core.db import Connection
from leadhall.core.errors import Invalid
from leadhall.core.secrets import InstanceKey
from leadhall.inbound.held import Held, dismiss, list_held, release
from leadhall.tenancy.audit import record_act
from leadhall.web.call import Answer
from leadhall.web.console.rows import Work, done
from leadhall.web.console.told import see
from leadhall.web.console.words import N_

HERE = "/inbox/attention"
SHOWN_MOST = 25
WHY = {
    "conversation_gone": N_("Its conversation is gone."),
    "empty": N_("There is nothing in it."),
    "no_report": N_("It came to the address of reports, but is none."),
    "not_proven_staff": N_("It speaks in your business's name, but it is not proven that one of you wrote it."),
    "other_sender": N_("It came from another address than the lead's."),
    "too_long": N_("It is too long to be sent on."),
    "too_many": N_("Too many mails came to this conversation within an hour."),
}
WHY_ELSE = N_("It could not be placed for sure.")
GOES_NOWHERE = frozenset({"conversation_gone", "empty", "no_report", "too_long"})


@dataclass(frozen=True)
class WaitingAnswer:
    """One that is held. `goes_to`: where a release lets it go; None: it can only be dismissed."""

    uid: str
    sender: str
    because: str
    subject: str | None
    text: str | None
    files: list[str]
    conversation_uid: str | None
    goes_to: Literal["business", "lead"] | None
    at: datetime


async def waiting_answers(connection: Connection, business_id: int, key: InstanceKey) -> list[WaitingAnswer]:
    """The newest first."""
    return [_shown(each, key) for each in await list_held(connection, business_id, most=SHOWN_MOST)]


def _shown(held: Held, key: InstanceKey) -> WaitingAnswer:
    return WaitingAnswer(
        uid=held.uid, sender=held.sender, because=WHY.get(held.reason or "", WHY_ELSE), subject=held.subject,
        text=held.text, files=held.files, conversation_uid=held.conversation_uid, goes_to=_goes_to(held, key),
        at=held.at,
    )  # fmt: skip


def _goes_to(held: Held, key: InstanceKey) -> Literal["business", "lead"] | None:
    if held.conversation_uid is None or held.reason in GOES_NOWHERE:
        return None
    return "lead" if held.role(key) == "staff" else "business"


async def _settle(work: Work) -> Answer:
    """In the name of who presses."""
    uid, act = work.call.path["uid"], work.form.text("act")
    if act == "release":
        by = By(staff_uid=work.here.staff_uid)
        await release(work.connection, work.call.services.key, work.business_id, uid, by)
        await _record(work, "inbound/released")
        return see(HERE, "joined")
    if act != "dismiss":
        raise Invalid("There is no such act", field="act")
    await dismiss(work.connection, work.business_id, uid)
    await _record(work, "inbound/dismissed")
    return see(HERE, "dismissed")


async def _record(work: Work, act: str) -> None:
    actor = work.call.known.principal
    await record_act(work.connection, act, work.call.path["uid"], actor=actor, business_id=work.business_id)


OPERATIONS = (
    done(
        "settle_held_answer", "Settle a held answer", HERE + "/answers/{uid}", _settle, fields={"act": "dismiss"},
        summary="Lets it into its conversation, or on to the lead in the name of who presses; or dismisses it.",
    ),
)  # fmt: skip
