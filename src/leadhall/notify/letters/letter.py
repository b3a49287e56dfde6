"""A letter before it is written down: what it says, piece by piece, for both the plain and the HTML part. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from leadhall.notify.letters.words import Words

Auto = Literal["auto-generated", "auto-replied"]


@dataclass(frozen=True)
class Paragraph:
    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Quote:
    """A text of a machine we trust to introduce a lead; its http(s), mailto and tel links can be pressed."""

    text: str
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True)
class Button:
    label: str
    url: str
    primary: bool = False


@dataclass(frozen=True)
class Buttons:
    buttons: Sequence[Button]
    kind: Literal["buttons"] = "buttons"


@dataclass(frozen=True)
class Row:
    """A label may be blank; a url makes the value a link."""

    label: str
    value: str
    url: str | None = None


@dataclass(frozen=True)
class Rows:
    title: str
    rows: Sequence[Row]
    kind: Literal["rows"] = "rows"


@dataclass(frozen=True)
class Fine:
    """Small print."""

    text: str
    kind: Literal["fine"] = "fine"


Block = Paragraph | Quote | Buttons | Rows | Fine


@dataclass(frozen=True, kw_only=True)
class Letter:
    """`preheader` is what a lock screen shows under the subject."""

    words: Words
    subject: str
    preheader: str
    brand: str
    heading: str
    subheading: str = ""
    blocks: Sequence[Block]
    footer: Sequence[str] = field(default=())
    stop_url: str | None = None
    """Where these mails can be stopped by one press (List-Unsubscribe)."""
    auto: Auto | None = "auto-generated"
