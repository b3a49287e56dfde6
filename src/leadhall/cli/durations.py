"""Spans of time as people write them: `7d`, `12h`, `30m`, `45s`."""

from __future__ import annotations

import re
from datetime import timedelta

from leadhall.cli.faults import Usage

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN = re.compile(r"(\d{1,6})([smhdw])", re.ASCII)


def read_span(text: str) -> timedelta:
    """Usage (exit code 2) for anything that is no number with one unit."""
    found = _SPAN.fullmatch(text.strip().lower())
    if found is None:
        raise Usage(f"{text!r} is no span of time", remedy="such as 45s, 30m, 12h, 7d or 2w")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
