"""The body of a notification template, read part by part; every fault is named."""

from __future__ import annotations

import re
from typing import Any

from leadhall.notify.templates.content import (
    BUTTON_TEXTS,
    BUTTONS,
    CATEGORIES,
    CHANNELS,
    LINK_MOST_CHARS,
    LINKS,
    LOCALES,
    NEEDED,
    PART_OF_CHANNEL,
    PARTS,
    TEXT_MOST_CHARS,
    TRIGGERS,
    Text,
    channels_of,
)
from leadhall.notify.templates.templates import NewTemplate
from leadhall.web.api.given import TEXT_MOST_CHARS as TITLE_MOST_CHARS
from leadhall.web.api.given import Given

CODE_NAME_MOST_CHARS = 100
_CODE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def read_template(given: Given, before: NewTemplate | None = None) -> NewTemplate | None:
    """As it came; what is absent stays as `before` has it, or is a fault. None when there are faults."""
    needed = before is None
    came = _content(given, needed=needed)
    content = came or (before.content if before else {})
    channels = _channels(given, content, before, is_new=bool(came))
    values: dict[str, Any] = {
        "code_name": _code_name(given, needed=needed),
        "title": _text(given, "title", TITLE_MOST_CHARS, needed=needed),
        "description": _text(given, "description", TEXT_MOST_CHARS, needed=needed),
        "category": given.word("category", CATEGORIES, needed=needed),
        "configurable_by_staff": given.boolean("configurable_by_staff"),
        "trigger_type": given.word("trigger_type", TRIGGERS) or (None if before else TRIGGERS[0]),
        "content": content or None,
        "delivery_channels": channels,
    }
    if needed and values["configurable_by_staff"] is None:
        given.need("configurable_by_staff")
    if given.faults:
        return None
    kept = {} if before is None else {name: getattr(before, name) for name in NewTemplate.__slots__}
    return NewTemplate(**kept | {name: value for name, value in values.items() if value is not None})


def _code_name(given: Given, *, needed: bool) -> str | None:
    name = given.text("code_name", needed=needed, most_chars=CODE_NAME_MOST_CHARS)
    if name is not None and not _CODE_NAME.fullmatch(name):
        given.wrong("invalid", "code_name", "must be letters, digits, _ . and -")
    return name


def _content(given: Given, *, needed: bool) -> dict[str, Any] | None:
    """The parts that came, each with the texts it may have. What is null did not come."""
    if given.plain.get("content") is None and not needed:
        return None
    whole = given.part("content", needed=needed)
    content = {name: _part(whole.part(name), name) for name in PARTS if whole.plain.get(name) is not None}
    kept = {name: part for name, part in content.items() if part}
    if not kept and not given.faults:
        given.wrong("invalid", "content", f"must have at least one of: {', '.join(PARTS)}")
    return kept


def _part(given: Given, name: str) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for text in PARTS[name]:
        if text in BUTTONS:
            button = given.part(text)
            read: Any = {each: value for each in BUTTON_TEXTS if (value := _text(button, each, _most(each)))}
        else:
            read = _text(given, text, _most(text), needed=text in NEEDED[name])
        if read:
            part[text] = read
    return part


def _most(name: str) -> int:
    return LINK_MOST_CHARS if name in LINKS else TEXT_MOST_CHARS


def _text(given: Given, name: str, most_chars: int, *, needed: bool = False) -> Text | None:
    """One text for all languages, or one a locale."""
    if not isinstance(given.plain.get(name), list | dict):
        return given.text(name, needed=needed, most_chars=most_chars)
    listed = given.parts(name) or []
    read = [
        {"locale": locale, "value": value}
        for each in listed
        for locale, value in [
            (each.word("locale", LOCALES, needed=True), each.text("value", needed=True, most_chars=most_chars))
        ]
        if locale and value
    ]
    if not listed and needed:
        given.need(name)
    if len({each["locale"] for each in read}) < len(read):
        given.wrong("invalid", name, "has a locale twice")
    return read or None


def _channels(given: Given, content: dict[str, Any], before: NewTemplate | None, *, is_new: bool) -> list[str] | None:
    """Those that were named; else those of before that a new content has a part for; else all that it has parts for.

    None: they stay.
    """
    named = given.texts("delivery_channel")
    if not named:
        if before is not None and not is_new:
            return None
        kept = [each for each in before.delivery_channels if PART_OF_CHANNEL[each] in content] if before else []
        return kept or channels_of(content) or None
    if unknown := [each for each in named if each not in CHANNELS]:
        given.wrong("invalid", "delivery_channel", f"must be of {', '.join(CHANNELS)}, not {unknown[0][:40]}")
    lacking = [each for each in named if each in PART_OF_CHANNEL and PART_OF_CHANNEL[each] not in content]
    if lacking and content:
        given.wrong("invalid", "delivery_channel", f"names {lacking[0]}, and the content has no part for it")
    return [each for each in CHANNELS if each in named]
