"""What a provider of texts is: by whom, which text, and what came of it. Twilio's is in `twilio.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from leadhall.events.outcome import Outcome
from leadhall.notify.senders import SmsSender


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text. `to` is E.164; `report_to` is where the provider tells what became of it, None for nowhere."""

    to: str
    body: str
    report_to: str | None = None


class TextProvider(Protocol):
    """Sends texts. Never raises for what the other side does: every fault of the world is an Outcome."""

    async def send(self, sender: SmsSender, text: Text) -> Outcome: ...
    async def close(self) -> None: ...
