"""The usual body, read straight: a JSON object of known keys with texts, in printable ASCII, as most callers send it.

msgspec decodes it into a struct whose keys stand in the order of the canonical JSON, so that the struct encoded again
is that JSON. As long as the body (sent without blanks), or with as many quotes, it has everything that was sent: no key
stood twice. Cleaning such a text is trimming it.
Whoever is in any doubt gives up, and `wire` reads the body; both read the same (tests/web/api/intake/test_usual.py).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TypeAlias

import msgspec
from msgspec import UNSET, Struct, UnsetType

from leadhall.intake.submission import Submission
from leadhall.web.api.intake.wire import EVIDENCE, TEXTS, Read, boolean_of, notifications_of, words_of
from leadhall.web.decode import is_json, is_plain_json

Text: TypeAlias = str | UnsetType | None
Pairs: TypeAlias = dict[str, str | None] | UnsetType | None
Yes: TypeAlias = bool | str | UnsetType | None


class UsualBody(Struct, gc=False, forbid_unknown_fields=True):
    """All keys of a lead, in the order of canonical JSON: by their letters."""

    address: Text = UNSET
    business_id: Text = UNSET
    captured_at: Text = UNSET
    consent_text: Text = UNSET
    consent_url: Text = UNSET
    email: Text = UNSET
    first_name: Text = UNSET
    identifier_type: Text = UNSET
    is_test: Yes = UNSET
    last_name: Text = UNSET
    message_data: Pairs = UNSET
    notifications: Text = UNSET
    opt_in: Yes = UNSET
    opt_in_transactional_sms: Yes = UNSET
    phone: Text = UNSET
    request_data: Pairs = UNSET
    request_title: Text = UNSET
    source: Text = UNSET
    source_url: Text = UNSET
    status: Text = UNSET
    system_message: Text = UNSET
    tags: Text = UNSET
    unique_id: Text = UNSET
    visitor_ip: Text = UNSET
    visitor_user_agent: Text = UNSET


_decode = msgspec.json.Decoder(UsualBody).decode
_encode = msgspec.json.Encoder(order="sorted").encode


def read_usual(content_type: str | None, body: bytes) -> Read | None:
    """The body exactly as `wire` would give it, or None if in doubt. Raises UnsupportedMedia."""
    if not (is_json(content_type) and is_plain_json(body)):
        return None
    try:
        usual = _decode(body)
    except msgspec.DecodeError:
        return None
    canonical = _encode(usual)
    if len(canonical) != len(body) and canonical.count(b'"') != body.count(b'"'):
        return None  # a key that stood twice took its quotes along
    business = usual.business_id.strip() if usual.business_id else None
    return Read(_submission_of(usual), business or None, sha256(canonical).digest())


def _submission_of(usual: UsualBody) -> Submission:
    given = [getattr(usual, name) for name in TEXTS]
    submission = Submission(*[text.strip() or None if text else None for text in given])  # type: ignore[arg-type] # its first fields are TEXTS
    if usual.request_data:
        submission.request_data = _pairs_of(usual.request_data)
    if usual.message_data:
        submission.message_data = _pairs_of(usual.message_data)
    if usual.tags:
        submission.tags = words_of(usual.tags)
    _read_yes_or_no(submission, usual)
    if usual.notifications:
        submission.notifications = notifications_of(submission, words_of(usual.notifications))
    for name in EVIDENCE:
        text: Text = getattr(usual, name)
        if text and (trimmed := text.strip()):
            submission.evidence[name] = trimmed
    return submission


def _pairs_of(pairs: dict[str, str | None]) -> list[tuple[str, str]]:
    return [(label.strip(), text) for label, given in pairs.items() if given and (text := given.strip())]


def _read_yes_or_no(submission: Submission, usual: UsualBody) -> None:
    if usual.opt_in is not UNSET:
        submission.opt_in = boolean_of(submission, "opt_in", usual.opt_in)
    if usual.opt_in_transactional_sms is not UNSET:
        given = usual.opt_in_transactional_sms
        submission.opt_in_transactional_sms = boolean_of(submission, "opt_in_transactional_sms", given)
    if usual.is_test is not UNSET:
        submission.is_test = bool(boolean_of(submission, "is_test", usual.is_test))
