"""The timeline in the reader's words: messages as they are, everything else as one sentence. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leadhall.conversations.timeline import Item
from leadhall.intake.explain import LABELS
from leadhall.web.console.words import N_, Words

ACTS = {
    "archive": N_("%(who)s archived this"),
    "unarchive": N_("%(who)s took this back into the inbox"),
    "spam": N_("%(who)s marked this as spam"),
    "not_spam": N_("%(who)s said that this is no spam"),
    "trash": N_("%(who)s put this into the trash"),
    "restore": N_("%(who)s took this out of the trash"),
    "read": N_("%(who)s read this"),
    "unread": N_("%(who)s marked this as unread"),
    "assign": N_("%(who)s assigned this to %(to)s"),
    "claim": N_("%(who)s took this"),
    "follow_up": N_("%(who)s will come back to this"),
    "follow_up_done": N_("%(who)s came back to this"),
    "reopen": N_("It waits for an answer again"),
    "answered_elsewhere": N_("%(who)s answered by other means"),
    "describe": N_("%(who)s changed where this came from"),
}
NOTICES = {
    "owner_notice": N_("Notice"),
    "auto_reply": N_("Thank-you to the lead"),
    "digest": N_("Digest"),
    "verify": N_("Question whether an address is right"),
    "reply": N_("Answer"),
}
CHANNELS = {"email": N_("by email"), "sms": N_("by text")}
STATES = {
    "waiting": N_("on its way"),
    "sending": N_("being sent"),
    "accepted": N_("sent"),
    "delivered": N_("delivered"),
    "failed": N_("failed"),
    "given_up": N_("given up"),
    "suppressed": N_("not sent: the address is closed"),
    "skipped": N_("not sent"),
}
REASONS = {
    "preference": N_("muted by preference"),
    "no_address": N_("there is no address"),
    "no_number": N_("there is no verified number"),
    "unverified": N_("the address is not confirmed yet"),
    "held": N_("the lead is held"),
    "quota": N_("over the quota of the day"),
    "gone": N_("nothing to tell any more"),
    "verified": N_("confirmed already"),
    "captured": N_("kept, as nothing is set up to send by"),
    "test": N_("kept, as it is a test"),
    "not_configured": N_("kept, as nothing is set up to send by"),
}
FINE, WAITING, BAD = "fine", "waiting", "bad"
TONES = {"accepted": FINE, "delivered": FINE, "waiting": WAITING, "sending": WAITING, "skipped": WAITING}
SOMEBODY, NOBODY = N_("Somebody"), N_("nobody")


@dataclass(frozen=True)
class Sent:
    """What became of a message or notice by one channel."""

    text: str
    tone: str
    error: str | None = None


@dataclass(frozen=True)
class Line:
    """One thing of the timeline. `kind`: lead, in, out (a message); else event, one sentence."""

    kind: str
    uid: str
    at: datetime
    who: str | None = None
    text: str = ""
    parts: list[dict[str, Any]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    subject: str | None = None


def lines_of(items: Iterable[Item], words: Words, labels: Mapping[str, str]) -> list[Line]:
    """Reading is no news: it is left out."""
    lines = [_SHOWN[item.kind](item, words, labels) for item in items if item.data.get("act") != "read"]
    return [line for line in lines if line is not None]


def _message(item: Item, words: Words, _: Mapping[str, str]) -> Line:
    data = item.data
    kind = "lead" if data["kind"] == "api" else "in" if data["direction"] == "client_to_business" else "out"
    sent = [state_of(each, words) for each in data["deliveries"]]
    return Line(
        kind, item.uid, item.at, item.staff_name, data["text"] or "", list(data["parts"] or ()), sent, data["subject"]
    )


def _act(item: Item, words: Words, _: Mapping[str, str]) -> Line | None:
    sentence = ACTS.get(item.data["act"])
    if sentence is None:
        return None
    who, to = item.staff_name or words(SOMEBODY), item.data.get("to_name") or words(NOBODY)
    return Line("event", item.uid, item.at, text=words(sentence) % {"who": who, "to": to})


def _notice(item: Item, words: Words, _: Mapping[str, str]) -> Line:
    what = words(NOTICES.get(item.data["kind"], NOTICES["owner_notice"]))
    text = words("%(what)s to %(address)s:", what=what, address=item.data["recipient"])
    return Line("event", item.uid, item.at, text=text, sent=[state_of(item.data, words)])


def _change(item: Item, words: Words, labels: Mapping[str, str]) -> Line:
    name = item.data["field"]
    who = item.staff_name or words(SOMEBODY)
    values = {"who": who, "field": labels.get(name) or words(LABELS.get(name, name))}
    values |= {"was": item.data["was"] or "–", "becomes": item.data["becomes"] or "–"}
    return Line("event", item.uid, item.at, text=words("%(who)s changed %(field)s: %(was)s → %(becomes)s") % values)


_SHOWN: dict[str, Callable[[Item, Words, Mapping[str, str]], Line | None]] = {
    "message": _message,
    "act": _act,
    "notice": _notice,
    "change": _change,
}


def state_of(delivery: Mapping[str, Any], words: Words) -> Sent:
    """Channel, state and why, in one line."""
    state, reason = delivery["state"], delivery.get("reason")
    told = [words(CHANNELS.get(delivery["channel"], "")), words(STATES.get(state, state))]
    why = words(REASONS.get(reason, reason)) if reason else ""
    return Sent(
        " ".join(filter(None, told)) + (f" ({why})" if why else ""), TONES.get(state, BAD), delivery.get("last_error")
    )
