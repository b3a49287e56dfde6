"""What a stranger typed into a form becomes a Submission. Pure: the clock's reading and the key's mark are handed in.

Names of fields are the form maker's: those of the API (`first_name`, `email`, `message` …) mean what they mean there, a
few that sites use are read as them, and every other one is an answer under its own name, which fills the card's field
of that id or label. A name that begins with `_` is an instruction of the form, not an answer. What only somebody with
a token may say (status, tags, notices, a system message) is taken as an answer like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from leadhall.core.clock import iso_seconds
from leadhall.core.text import clean, json_text, read_boolean
from leadhall.forms.keys import LiveForm
from leadhall.intake.submission import AUTO_REPLY, EMAIL, SMS, Submission

TRAP, BEGAN, TOOK, ONCE, PAGE, NEXT = "_website", "_began", "_took", "_once", "_page", "_next"
TITLE = "Contact form"
TEXTS = ("first_name", "last_name", "email", "phone", "address")
CONSENTS = ("opt_in", "opt_in_transactional_sms")
READ_AS = {
    "name": "first_name",
    "full_name": "first_name",
    "your-name": "first_name",
    "your-email": "email",
    "your-message": "message",
    "your-subject": "subject",
    "tel": "phone",
    "title": "subject",
    "request_title": "subject",
}
"""Names that common site builders give to what everybody asks."""


class Posted(msgspec.Struct, kw_only=True):
    """An answered form with what is known of how it came."""

    submission: Submission
    trap: str = ""
    once: str | None = None
    next: str | None = None
    origin: str | None = None
    is_ours: bool = False
    """It stood on our own page."""
    filled_for_s: float | str | None = None
    """Since the form was opened; `stamp.FORGED`; None where the form does not tell, as a plain one in another page."""


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """How an answered form came: evidence of consent, and where its page was."""

    origin: str | None = None
    is_ours: bool = False
    referer: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    at: datetime


def instruction(content: Mapping[str, Any], name: str) -> str:
    """What the form itself says under this name; blank where it says nothing."""
    return _text(content.get(name))


def read_answers(content: Mapping[str, Any], form: LiveForm, how: Circumstances, files: tuple[str, ...] = ()) -> Posted:
    """Read the whole form; what cannot be is noted on the submission, and nothing is raised."""
    submission = Submission(files=files, notifications=_notices(form))
    page = instruction(content, PAGE) or how.referer
    for name, value in content.items():
        if not name.startswith("_"):
            _answer(submission, name, value)
    submission.identifier_type = "email" if submission.email else None
    submission.request_title = submission.request_title or form.settings.title or TITLE
    submission.source = form.settings.source or form.label or TITLE
    submission.source_url = page
    _note_evidence(submission, content, how, page)
    return Posted(
        submission=submission,
        trap=instruction(content, TRAP),
        once=instruction(content, ONCE) or None,
        next=instruction(content, NEXT) or None,
        origin=how.origin,
        is_ours=how.is_ours,
    )


def _answer(submission: Submission, name: str, value: Any) -> None:
    known = READ_AS.get(name.lower(), name.lower())
    text = _text(value)
    if known in CONSENTS:
        _consent(submission, known, text)
    elif not text or known == "consent_text":
        return
    elif known in TEXTS and getattr(submission, known) is None:
        setattr(submission, known, text)
    elif known == "subject" and submission.request_title is None:
        submission.request_title = text
    elif known == "message":
        submission.message_data.append(("message", text))
    else:
        submission.request_data.append((clean(name)[0], text))


def _consent(submission: Submission, name: str, text: str) -> None:
    """A box that is not ticked does not come at all: absent is never yes."""
    try:
        setattr(submission, name, read_boolean(text))
    except ValueError:
        submission.warn("boolean_unreadable", f"{name} is neither yes nor no; it was taken as absent", name)


def _note_evidence(submission: Submission, content: Mapping[str, Any], how: Circumstances, page: str | None) -> None:
    """Who agreed, to which words, where and when (api.md 0.4.8)."""
    if submission.opt_in is None and submission.opt_in_transactional_sms is None:
        return
    told = {
        "consent_text": instruction(content, "consent_text"),
        "consent_url": page,
        "visitor_ip": how.ip,
        "visitor_user_agent": how.user_agent,
        "captured_at": iso_seconds(how.at),
    }
    submission.evidence = {name: text for name, text in told.items() if text}


def _notices(form: LiveForm) -> list[str]:
    """The owner hears of it; an auto-reply goes only where the owner said so: nobody proved whose address it is."""
    settings = form.settings
    asked = [(EMAIL, settings.email), (SMS, settings.sms), (AUTO_REPLY, settings.auto_reply)]
    return [name for name, wanted in asked if wanted]


def _text(value: Any) -> str:
    """Several values under one name, as of checkboxes, become one text."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(text for item in value if (text := _text(item)))
    return clean(value if isinstance(value, str) else json_text(value))[0]
