"""A letter as plain text and as HTML. MJML is compiled once; what people wrote is filled in afterwards, escaped."""

from __future__ import annotations

from functools import cache

import mrml
from jinja2 import Environment, StrictUndefined, Template

from leadhall.core.sql import text_of
from leadhall.notify.letters.letter import Block, Buttons, Letter, Row, Rows
from leadhall.notify.letters.links import linkified

RULE = "-- "


def html_of(letter: Letter) -> str:
    """The HTML part. Autoescape is on: nothing that a lead wrote is markup."""
    words = letter.words
    return _layout().render(
        letter=letter,
        words=words,
        lang=words.language,
        dir=words.direction,
        start="right" if words.direction == "rtl" else "left",
    )


@cache
def _layout() -> Template:
    compiled = mrml.to_html(text_of(__package__, "layout.mjml")).content
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["linkified"] = linkified
    return environment.from_string(
        compiled.replace("direction:ltr", "direction:{{ dir }}").replace("text-align:left", "text-align:{{ start }}")
    )


def text_part(letter: Letter) -> str:
    """The plain part: everything that the HTML says, in the same order."""
    head = [letter.heading, letter.subheading]
    blocks = ["\n".join(filter(None, head)), *(_plain(block) for block in letter.blocks)]
    foot = [*letter.footer, *([f"{letter.words('stop_footer')}: {letter.stop_url}"] if letter.stop_url else [])]
    return "\n\n".join([*filter(None, blocks), "\n".join([RULE, letter.brand, *foot])]) + "\n"


def _plain(block: Block) -> str:
    match block:
        case Buttons():
            return "\n".join(f"{button.label}: {button.url}" for button in block.buttons)
        case Rows():
            return "\n".join([block.title.upper(), *map(_plain_row, block.rows)])
        case _:
            return block.text


def _plain_row(row: Row) -> str:
    label = f"{row.label}: " if row.label else ""
    return f"{row.label}:\n{row.value}" if label and "\n" in row.value else f"{label}{row.value}"
