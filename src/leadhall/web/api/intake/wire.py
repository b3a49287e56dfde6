"""The last place that knows partner quirks: a decoded body becomes a Submission (api.md 0.2).

Numbers and booleans where text belongs become their JSON text, lists come as comma
strings, booleans in twenty spellings. What cannot be read is a fault (422) only where
api.md says so; everything else is a warning, and the lead goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from leadhall.core.errors import Fault
from leadhall.core.text import clean, is_blank, is_plain, json_text, read_boolean
from leadhall.intake.submission import AUTO_REPLY, EMAIL, SMS, Submission
from leadhall.web.api.caller import business_named
from leadhall.web.decode import decode_body, fingerprint
from leadhall.web.spelling import did_you_mean

TEXTS = (
    "identifier_type",
    "email",
    "unique_id",
    "first_name",
    "last_name",
    "phone",
    "address",
    "request_title",
    "source",
    "source_url",
    "status",
    "system_message",
)
EVIDENCE = ("consent_text", "consent_url", "visitor_ip", "visitor_user_agent", "captured_at")
BOOLEANS = ("opt_in", "opt_in_transactional_sms", "is_test")
PAIRS = ("request_data", "message_data")
LISTS = ("notifications", "tags")
KNOWN = frozenset((*TEXTS, *EVIDENCE, *BOOLEANS, *PAIRS, *LISTS, "business_id"))
NOTIFICATIONS = {"auto-reply": AUTO_REPLY, "auto_reply": AUTO_REPLY, "email": EMAIL, "sms": SMS}
UNKNOWN_KEYS_NAMED = 5


class Read(msgspec.Struct, frozen=True, gc=False):
    """A body as intake takes it, the business it names, and the fingerprint of its content."""

    submission: Submission
    business: str | None
    fingerprint: bytes


def read_any(content_type: str | None, body: bytes) -> Read:
    """Read a body in any of its three spellings. Raises UnsupportedMedia or Unreadable."""
    decoded = decode_body(content_type, body)
    submission = read_submission(decoded.content, decoded.files, plain=decoded.plain)
    return Read(submission, business_named(decoded.content), fingerprint(decoded.content))


def read_submission(content: Mapping[str, Any], files: tuple[str, ...] = (), *, plain: bool = False) -> Submission:
    """Read the whole body; faults and warnings are collected on the submission, nothing is raised.

    `plain`: every text in it is known to be printable ASCII, so that cleaning one is trimming it.
    """
    submission = Submission(files=files)
    for name in TEXTS:
        value = content.get(name)
        if plain and type(value) is str:
            setattr(submission, name, value.strip() or None)
        elif value is not None:
            setattr(submission, name, _text(submission, name, value))
    for name in PAIRS:
        if name in content:
            setattr(submission, name, _pairs(submission, name, content[name], plain=plain))
    for name in BOOLEANS:
        if name in content:
            setattr(submission, name, boolean_of(submission, name, content[name]))
    submission.is_test = bool(submission.is_test)
    submission.tags = _words(submission, "tags", content.get("tags"))
    submission.notifications = _notifications(submission, content.get("notifications"))
    for name in EVIDENCE:
        if name in content and (text := _text(submission, name, content[name])) is not None:
            submission.evidence[name] = text
    _note_oddities(submission, content, files)
    return submission


def _text(submission: Submission, name: str, value: Any) -> str | None:
    """Clean text, or None when absent. An object or a list is a fault."""
    if type(value) is str and is_plain(value):
        return value.strip() or None
    if value is None:
        return None
    if isinstance(value, dict | list):
        submission.faults.append(Fault("not_text", f"{name} must be text, not an object or a list", name))
        return None
    text, removed = clean(value if isinstance(value, str) else json_text(value))
    if removed:
        _warn_cleaned(submission, name)
    return str(text) or None


def _warn_cleaned(submission: Submission, name: str) -> None:
    submission.warn("cleaned", f"Control characters were removed from {name}", name)


def _pairs(submission: Submission, name: str, value: Any, *, plain: bool) -> list[tuple[str, str]]:
    """An object as label and text; a bare string becomes its `message`, and so does anything else."""
    if value is None or (isinstance(value, str) and is_blank(value)):
        return []
    if not isinstance(value, dict):
        if not isinstance(value, str):
            submission.warn("not_an_object", f"{name} should be an object; it was kept as one text", name)
        value = {"message": value}
    pairs = []
    for key, item in value.items():
        trimmed = plain and type(item) is str
        label, text = (key.strip(), item.strip()) if trimmed else _pair(submission, name, key, item)
        if text:
            pairs.append((label, text))
    return pairs


def _pair(submission: Submission, name: str, key: str, item: Any) -> tuple[str, str]:
    label, label_removed = clean(key)
    text, text_removed = ("", False) if item is None else clean(json_text(item))
    if label_removed or text_removed:
        _warn_cleaned(submission, f"{name}.{label[:40]}")
    return label, str(text)


def boolean_of(submission: Submission, name: str, value: Any) -> bool | None:
    """Yes or no as people write it; what is neither is a warning."""
    try:
        return read_boolean(value)
    except ValueError:
        submission.warn("boolean_unreadable", f"{name} is neither yes nor no; it was taken as absent", name)
        return None


def _words(submission: Submission, name: str, value: Any) -> list[str]:
    """A comma string or a list, as clean words in their order."""
    if value is None:
        return []
    if type(value) is str and is_plain(value):
        return words_of(value)
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, dict | list) for item in items):
        submission.faults.append(Fault("not_text", f"{name} must be a comma separated text or a list of texts", name))
        return []
    texts = [_text(submission, name, item) for item in items]
    if not isinstance(value, list):
        texts = [part.strip() for text in texts if text for part in text.split(",")]
    return [text for text in texts if text]


def words_of(text: str) -> list[str]:
    """The words of a comma string, in their order."""
    return [word for part in text.split(",") if (word := part.strip())]


def _notifications(submission: Submission, value: Any) -> list[str]:
    words = _words(submission, "notifications", value)
    return notifications_of(submission, (part.strip() for text in words for part in text.split(",")))


def notifications_of(submission: Submission, words: Iterable[str]) -> list[str]:
    """The notifications that are asked for, each once; an unknown one is a warning."""
    asked: dict[str, None] = {}
    for word in words:
        known = NOTIFICATIONS.get(word.lower())
        if known:
            asked[known] = None
        elif word:
            submission.warn("unknown_notification", f"There is no notification {word[:40]!r}", "notifications")
    return list(asked)


def _note_oddities(submission: Submission, content: Mapping[str, Any], files: tuple[str, ...]) -> None:
    unknown = () if content.keys() <= KNOWN else [key for key in content if key not in KNOWN]
    for key in unknown[:UNKNOWN_KEYS_NAMED]:
        meant = did_you_mean(key, KNOWN - content.keys())
        hint = f". Did you mean {meant}?" if meant else ""
        words = "This is not a field of a lead; it was kept with the request only"
        submission.warn("unknown_field", words + hint, key[:128])
    for name in files[:UNKNOWN_KEYS_NAMED]:
        submission.warn("file_not_stored", "Files are not stored yet; its name stands in the message", name[:128])
