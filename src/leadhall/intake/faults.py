"""Faults of PostgreSQL, sorted: whose fault it is decides what the caller is told."""

from __future__ import annotations

import asyncpg

from leadhall.core.errors import Refusal, StorageFull, Unavailable


def refusal_for(fault: BaseException) -> Refusal:
    """503 with the right word: a full disk is not an absent database, nor is one that is slow."""
    if isinstance(fault, asyncpg.DiskFullError):
        return StorageFull()
    if isinstance(fault, TimeoutError | asyncpg.QueryCanceledError):
        return Unavailable("The database did not answer in time; please send it again")
    return Unavailable()
