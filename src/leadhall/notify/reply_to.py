"""Where an answer goes: `r+<token>@inbound-domain`, bound to one conversation and to who may answer there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from leadhall.core.secrets import InstanceKey
from leadhall.notify.signed_address import read_address, sign_address

BOX = "r"
Role = Literal["lead", "staff"]
_LETTERS: dict[Role, str] = {"lead": "c", "staff": "s"}
_ROLES: dict[str, Role] = {letter: role for role, letter in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """What the address that somebody answered to tells: which conversation, and as whom it was given out."""

    role: Role
    business_id: int
    conversation_uid: str


def reply_address(key: InstanceKey, domain: str, *, role: Role, business_id: int, conversation_uid: str) -> str:
    """The Reply-To of a mail about this conversation. `role` is who gets the mail."""
    return sign_address(key, BOX, domain, role=_LETTERS[role], business_id=business_id, uid=conversation_uid)


def read_reply_address(key: InstanceKey, address: str) -> ReplyTo | None:
    """What an address of ours is about; None for one that we did not make. The domain is the caller's to look at.

    It tells which conversation, not who writes: an answer of the staff is believed by its sender, not by the token.
    """
    found = read_address(key, BOX, address, roles="".join(_ROLES))
    return ReplyTo(_ROLES[found[0]], found[1], found[2]) if found else None
