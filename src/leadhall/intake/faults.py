"""Faults of PostgreSQL, sorted: whose fault it is decides what the caller is told."""

from __future__ import annotations

import asyncpg
from asyncpg.exceptions import InterfaceError, InternalClientError

from leadhall.core.errors import Refusal, StorageFull, Unavailable

OF_THE_WORLD = (
    OSError,
    TimeoutError,
    InternalClientError,
    InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.UndefinedFunctionError,
    asyncpg.UndefinedTableError,
    asyncpg.LockNotAvailableError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
)
"""Away, stopping, full, read-only, hanging, or not migrated yet: nothing that a lead could be blamed for."""


def is_of_the_world(fault: BaseException) -> bool:
    return isinstance(fault, OF_THE_WORLD)


def refusal_for(fault: BaseException) -> Refusal:
    """503 with the right word: a full disk is not an absent database."""
    return StorageFull() if isinstance(fault, asyncpg.DiskFullError) else Unavailable()
