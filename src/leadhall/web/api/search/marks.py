"""Marks beside a row of the request log, by which erasure finds what a search asked for."""

from __future__ import annotations

from leadhall.clients.keys import email_key, split_email
from leadhall.clients.phone import read_phone
from leadhall.web.call import Call


def mark_search(call: Call, term: str, country: str) -> None:
    """The request log keeps the term; marks let erasure find it."""
    if split_email(term):
        call.marks["email"] = call.services.key.mark(email_key(term))
    elif number := read_phone(term, country).e164:
        call.marks["phone"] = call.services.key.mark(number)
