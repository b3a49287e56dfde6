"""Structured logs on stderr: one line an event, no secrets ever, no personal data at info and above.

What a stranger sent can reach a line (a path, a user agent, an error's words), so control
characters are encoded: nobody forges a line or paints the operator's terminal.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MOST_VALUE_CHARS = 2_000
MOST_FRAMES = 12

_SECRET_KEYS = frozenset({"token", "secret", "password", "authorization", "cookie", "key", "dsn", "url"})
_PERSONAL_KEYS = frozenset({"email", "phone", "first_name", "last_name", "address", "body", "unique_id", "query"})
_SECRETS = re.compile(r"\b(?:lh|fk)_[A-Za-z0-9_-]{16,}|(?<=://)[^/@\s]+@")
_PERSONAL = re.compile(r"[^\s@'\"<>()=,;]+@[^\s@'\"<>()=,;]+|\+?\d[\d ().-]{6,}\d|'[^']*'|\"[^\"]*\"")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def configure_logs(level: str, *, as_json: bool, stream: TextIO | None = None) -> None:
    """Set up logging for this process. `level` is debug, info, warning or error."""
    out = stream or sys.stderr
    least = getattr(logging, level.upper())
    render: Processor = structlog.processors.JSONRenderer() if as_json else _plain_line
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _tell_exception,
        _without_secrets,
        *([] if least <= logging.DEBUG else [_without_people]),
        _escape,
    ]
    structlog.configure(
        processors=[*chain, render],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    _take_over_stdlib(chain, render, out, least)


def _take_over_stdlib(chain: list[Processor], render: Processor, out: TextIO, least: int) -> None:
    """Libraries log through the same chain; their chatter below warning stays out."""
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain[:3],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *chain[3:], render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(least, logging.WARNING))


def _tell_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Type, words and frames of an exception; never the values of variables."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given is True else given[1]
    if error is not None:
        event["error"] = f"{type(error).__name__}: {error}"
        event["frames"] = " < ".join(_frames(error.__traceback__))
    return event


def _frames(trace: TracebackType | None) -> list[str]:
    """The way to an error, the place where it happened first."""
    frames = traceback.extract_tb(trace)[-MOST_FRAMES:]
    return [
        f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames)
    ]


def _without_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str) or name in _SECRET_KEYS:
            event[name] = without_secret(name, str(value))
    return event


def without_secret(name: str, value: str) -> str:
    """A value as it may be written down: not when its name says that it is secret, and without what looks like it."""
    if name in _SECRET_KEYS or name.endswith(("token", "secret", "password")):
        return "(secret)"
    return _SECRETS.sub("(secret)", value)


def _without_people(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Names, addresses, numbers, and whatever an error quotes: that is how callers' values get into its words."""
    for name, value in event.items():
        if name in _PERSONAL_KEYS:
            event[name] = "(personal)"
        elif name == "error" and isinstance(value, str):
            event[name] = _PERSONAL.sub("(…)", value)
    return event


def _escape(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = printable(value)
    return event


def printable(text: str) -> str:
    """The text on one line, cut, with everything that could move a cursor or forge a line written as an escape."""
    cut = text if len(text) <= MOST_VALUE_CHARS else f"{text[:MOST_VALUE_CHARS]}…"
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), cut)


def _plain_line(_: WrappedLogger, __: str, event: EventDict) -> str:
    at, level, words = event.pop("timestamp", ""), event.pop("level", ""), event.pop("event", "")
    return f"{at} {level:<7} {words}" + "".join(f" {name}={_shown(value)}" for name, value in event.items())


def _shown(value: Any) -> str:
    text = printable(str(value))
    return f'"{text}"' if not text or " " in text else text
