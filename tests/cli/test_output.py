from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leadhall.cli.output import readable


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        (True, "yes"),
        (["a", 1], "a, 1"),
        ({"a": 1}, '{"a":1}'),
        (datetime(2026, 11, 22, 9, 30, tzinfo=UTC), "2026-11-22T09:30:00Z"),
        ("Zoë – 名前", "Zoë – 名前"),
    ],
)
def test_values_are_written_for_people(value, shown):
    assert readable(value) == shown


def test_a_stranger_cannot_steer_the_terminal():
    assert readable("\x1b[2Jgone\r\n\u202egnp") == r"\x1b[2Jgone\r\n\u202egnp"
