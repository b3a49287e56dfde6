"""Whether a machine wrote a mail: such a mail is never answered, relayed or taken for a person's words. Pure."""

from __future__ import annotations

import re

from leadhall.inbound.letters.mime import Letter

HOPS_MOST = 25
"""`Received` lines; a mail that passed more servers is running in a circle."""

_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_ANSWERING_MACHINES = {"x-autoreply", "x-autorespond", "x-autorespond-from", "x-failed-recipients"}
_NOBODY = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|abuse)([+._-].*)?@", re.IGNORECASE)


def why_automatic(letter: Letter, *, envelope_from: str | None) -> str | None:
    """The word for what gives it away; None for a mail that a person may have written.

    `envelope_from` is "" for the empty return path of reports, None where nobody told it (IMAP).
    """
    submitted = letter.header("auto-submitted").partition(";")[0].strip().lower()
    signs = {
        "auto_submitted": submitted not in {"", "no"},
        "precedence": letter.header("precedence").strip().lower() in _BULK,
        "list": "list-id" in letter.headers,
        "auto_reply": bool(letter.headers.keys() & _ANSWERING_MACHINES),
        "hops": len(letter.headers.get("received", [])) > HOPS_MOST,
        "no_person": is_from_nobody(letter, envelope_from=envelope_from),
    }
    return next((sign for sign, is_there in signs.items() if is_there), None)


def is_from_nobody(letter: Letter, *, envelope_from: str | None) -> bool:
    """An empty return path, or an address that no person has."""
    return_path = letter.header("return-path").strip() if envelope_from is None else f"<{envelope_from}>"
    return return_path == "<>" or bool(letter.sender and _NOBODY.match(letter.sender))
