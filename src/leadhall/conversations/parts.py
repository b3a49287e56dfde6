"""The parts of a lead's message, as one plain text for the API, mail and search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

HEADINGS = {
    "unread": "Could not be used as sent:",
    "whole": "In full, as it was cut elsewhere:",
    "overflow": "Everything else that came:",
}


def text_of(parts: Iterable[Mapping[str, Any]], *, for_owner: bool = True) -> str:
    """The message as people read it. The system message is for the owner only and comes first."""
    blocks = [_block(part) for part in parts if for_owner or part["kind"] != "system"]
    return "\n\n".join(block for block in blocks if block)


def _block(part: Mapping[str, Any]) -> str:
    if part["kind"] == "system":
        return str(part["text"])
    if part["kind"] == "files":
        return "Files that were sent but not stored: " + ", ".join(part["names"])
    lines = [f"{label}: {value}" if label else str(value) for label, value in part["fields"]]
    return "\n".join(filter(None, [HEADINGS.get(part["kind"], ""), *lines]))
