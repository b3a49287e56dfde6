"""A business's own wording of the auto-reply: Liquid with placeholders and `if`, and nothing that can grow.

No loops, no assignments, no includes, and only filters that do not multiply their input; so a
template costs about what its text costs. Limits stand behind that all the same.
"""

from __future__ import annotations

from typing import Any

from liquid import Environment, StrictUndefined
from liquid.exceptions import LiquidError
from msgspec import Struct

from leadhall.core.text import clean
from leadhall.notify.letters.facts import BusinessFacts

SETTING = "auto_reply"
SUBJECT_MOST_CHARS = 200
TEXT_MOST_CHARS = 4_000
OUTPUT_MOST_BYTES = 16 * 1024
TAGS = {"if", "unless", "comment", "raw"}
FILTERS = {"capitalize", "default", "downcase", "strip", "truncate", "upcase"}


class Wording(Struct, frozen=True):
    """Subject and text, as templates."""

    subject: str
    text: str


class WordingFault(ValueError):
    """The wording cannot be used; says where and why."""


class _Environment(Environment):
    block_nesting_limit = 5
    context_depth_limit = 10
    loop_iteration_limit = 1
    local_namespace_limit = OUTPUT_MOST_BYTES
    output_stream_limit = OUTPUT_MOST_BYTES


def _environment() -> Environment:
    environment = _Environment(undefined=StrictUndefined)
    for name in [name for name in environment.tags if name not in TAGS and not _is_inner(name)]:
        del environment.tags[name]
    for name in [name for name in environment.filters if name not in FILTERS]:
        del environment.filters[name]
    return environment


def _is_inner(name: str) -> bool:
    """What is no tag to be written: text between tags, and what `{{ … }}` becomes."""
    return not name.isalpha() or name in {"content", "output", "illegal"}


LIQUID = _environment()


def read_wording(settings: dict[str, Any]) -> Wording | None:
    """What a business has set, if it has."""
    found = settings.get(SETTING)
    if (
        not isinstance(found, dict)
        or not isinstance(found.get("subject"), str)
        or not isinstance(found.get("text"), str)
    ):
        return None
    return Wording(found["subject"], found["text"])


def check_wording(wording: Wording) -> None:
    """Try it as it will be used, with and without a name. WordingFault says what is wrong."""
    example = BusinessFacts(
        id=0, uid="", name="Example", directory="", email=None, phone=None, website_url=None, country="US",
        time_zone="UTC", locale="en", status_labels={}, settings={},
    )  # fmt: skip
    for name in ("Dana", None):
        render_wording(wording, example, name)


def render_wording(wording: Wording, business: BusinessFacts, first_name: str | None) -> tuple[str, str]:
    """Subject and text for one lead. WordingFault when it cannot be rendered within its limits."""
    facts = {
        "first_name": first_name or "",
        "business": {
            "name": business.name,
            "phone": business.phone or "",
            "email": business.email or "",
            "website_url": business.website_url or "",
        },
    }
    subject = _render(wording.subject, facts, SUBJECT_MOST_CHARS, "subject")
    text = _render(wording.text, facts, TEXT_MOST_CHARS, "text")
    return " ".join(subject.split()), text


def _render(template: str, facts: dict[str, Any], most_chars: int, where: str) -> str:
    if len(template) > most_chars:
        raise WordingFault(f"{where}: longer than {most_chars} characters")
    try:
        text = clean(LIQUID.from_string(template).render(**facts))[0]
    except (LiquidError, RecursionError, ValueError, TypeError, ArithmeticError) as fault:
        raise WordingFault(f"{where}: {fault}") from None
    if not text:
        raise WordingFault(f"{where}: blank")
    return text
