"""Faults of PostgreSQL, sorted: whose fault it is decides what the caller is told."""

from __future__ import annotations

import asyncpg

from leadhall.core.errors import Refusal, StorageFull, Unavailable


def refusal_for(fault: BaseException) -> Refusal:
    """503 with the right word: a full disk is not an absent database."""
    return StorageFull() if isinstance(fault, asyncpg.DiskFullError) else Unavailable()
