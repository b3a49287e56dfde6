"""Whose turn it is: the number of a client's message. A function of the database, which conversations ask for it."""

from __future__ import annotations

from leadhall.core.sql import SqlFile

FUNCTIONS = [SqlFile.of(__package__, "turns.sql")]
