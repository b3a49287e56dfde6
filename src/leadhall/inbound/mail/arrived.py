"""A mail as it arrived, and which addresses of ours it is for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadhall.core.emails import email_key, split_email
from leadhall.core.secrets import InstanceKey
from leadhall.inbound.letters.mime import Letter
from leadhall.notify.reply_to import ReplyTo, read_reply_address
from leadhall.notify.return_path import ReturnPath, read_return_path

ADDRESSES_MOST = 10
Purpose = ReplyTo | ReturnPath


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """`to`: whom the envelope names, empty where nobody told it (a mailbox). `envelope_from`: "" for reports."""

    raw: bytes
    to: tuple[str, ...] = ()
    envelope_from: str | None = None


def purpose_of(key: InstanceKey, domain: str, address: str) -> Purpose | None:
    """What an address of ours is for; None for one that we did not give out."""
    parts = split_email(address)
    if parts is None or parts[1].lower() != domain:
        return None
    return read_reply_address(key, address) or read_return_path(key, address)


def addresses_at(domain: str, told: Sequence[str]) -> list[str]:
    """Those at our domain, each once, as they are compared."""
    found = [email_key(address) for address in told if split_email(address)]
    return [each for each in dict.fromkeys(found) if each.endswith(f"@{domain}")][:ADDRESSES_MOST]


def told_as(raw: bytes, letter: Letter, address: str) -> str | bytes:
    """By what a mail is known when it comes again: its sender's Message-ID at this address, else all of it."""
    if letter.message_id is None:
        return raw + address.encode("utf-8", "replace")
    return f"{letter.sender} {letter.message_id} {address}"
