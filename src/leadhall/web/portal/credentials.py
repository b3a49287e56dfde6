"""What Try It can be filled with: the reader's own business, and for who sits at a demo's machine its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from leadhall.web.call import Call
from leadhall.web.nearness import is_near
from leadhall.web.portal.reach import business_of
from leadhall.web.portal.session import reader_of

BOOK = "demo.json"


@dataclass(frozen=True)
class Credential:
    """A token and whose it is."""

    label: str
    token: str


def demo_credentials(call: Call) -> list[Credential]:
    """Empty unless a demo is served and the reader is near."""
    folder = call.services.settings.data
    return _of_book(folder / BOOK) if folder is not None and is_near(call.scope) else []


async def own_business(call: Call) -> str | None:
    """The uid that examples are given: of the reader's first business, else of the demo's."""
    reader = await reader_of(call)
    if reader is not None:
        seen = await business_of(call.services, reader, None)
        return seen.uid if seen else None
    folder = call.services.settings.data
    book = _book(folder / BOOK) if folder is not None and is_near(call.scope) else {}
    return next((business["uid"] for business in book.get("businesses", ())), None)


def _book(path: Path) -> dict[str, Any]:
    try:
        return dict(msgspec.json.decode(path.read_bytes(), type=dict[str, Any]))
    except (OSError, msgspec.MsgspecError):
        return {}


def _of_book(path: Path) -> list[Credential]:
    book = _book(path)
    try:
        owners = [
            Credential(f"owner of {business['nickname']}", business["owner"]["token"])
            for business in book["businesses"]
        ]
        return [
            *owners,
            Credential("the directory", book["directory"]["token"]),
            Credential("for websites", book["directory"]["website_token"]),
            Credential("an app", book["app"]["token"]),
        ]
    except KeyError:
        return []
