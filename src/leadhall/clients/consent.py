"""What a person agreed to, worked out when somebody asks. Records are only ever added (api.md 0.4.8). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Purpose = Literal["marketing", "transactional"]
Channel = Literal["email", "sms"]

INTAKE = "intake"
"""The act of a lead. Every other act is the person's own (stop, unsubscribe …) or the owner's (owner, api)."""


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One yes or no, as it was recorded. `address` is the email key or the E.164 number it was given for."""

    uid: str
    at: datetime
    purpose: Purpose
    channel: Channel
    address: str | None
    value: bool
    act: str
    made_the_client: bool = False


def in_effect(records: Iterable[ConsentRecord], purpose: Purpose, channel: Channel, address: str | None) -> bool | None:
    """Whether they agreed, for this address; None when nothing says so.

    Their own or the owner's last act decides; without one the newest yes of a lead; without
    that the no of the lead that made the client. A lead's yes after a withdrawal changes nothing.
    """
    about = [each for each in records if (each.purpose, each.channel, each.address) == (purpose, channel, address)]
    about.sort(key=lambda each: (each.at, each.uid))
    acts = [each.value for each in about if each.act != INTAKE]
    if acts:
        return acts[-1]
    if any(each.value for each in about):
        return True
    return False if any(each.made_the_client for each in about) else None
