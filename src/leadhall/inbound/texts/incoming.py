"""A text as the provider hands it over: one form post, read and bounded. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leadhall.clients.phone import plain_e164
from leadhall.core.errors import Fault, Invalid
from leadhall.core.text import clean, cut

TEXT_MOST_CHARS = 10_000
UID_MOST_CHARS = 64
FILES_MOST = 10
KIND_MOST_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingText:
    """`ours` are the names of our end: the number, and the Messaging Service it belongs to when it does.

    `was_answered`: the provider itself told them what their STOP, START or HELP does.
    """

    uid: str
    theirs: str
    ours: tuple[str, ...]
    text: str
    files: tuple[str, ...] = ()
    was_answered: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.files)


def read_text(form: Mapping[str, str]) -> IncomingText:
    """Read the provider's form. Invalid for one that names no text, or nobody who could have sent it."""
    uid = form.get("MessageSid") or form.get("SmsSid") or ""
    theirs, number = plain_e164(form.get("From", "")), plain_e164(form.get("To", ""))
    faults = [
        *([] if 0 < len(uid) <= UID_MOST_CHARS else [Fault.missing("MessageSid")]),
        *([] if theirs else [Fault("invalid", "From is no number that can be answered", "From")]),
    ]
    service = clean(form.get("MessagingServiceSid", ""))[0][:UID_MOST_CHARS]
    ours = tuple(name for name in (number, service) if name)
    if not ours:
        faults.append(Fault("invalid", "To is none of our numbers", "To"))
    if faults:
        raise Invalid.of(faults)
    return IncomingText(
        uid=uid,
        theirs=theirs or "",
        ours=ours,
        text=cut(clean(form.get("Body", ""))[0].strip(), TEXT_MOST_CHARS)[0],
        files=_files(form),
        was_answered=bool(form.get("OptOutType")),
    )


def _files(form: Mapping[str, str]) -> tuple[str, ...]:
    """What came with it, by kind: `image/jpeg`. The files themselves stay with the provider."""
    told = [clean(form.get(f"MediaContentType{n}", ""))[0][:KIND_MOST_CHARS] for n in range(FILES_MOST)]
    return tuple(kind for kind in told if kind)
