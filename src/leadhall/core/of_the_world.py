"""Faults of PostgreSQL that no row can be blamed for: away, stopping, full, read-only, hanging, or not migrated yet."""

from __future__ import annotations

import asyncpg
from asyncpg.exceptions import InterfaceError, InternalClientError

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


def is_of_the_world(fault: BaseException) -> bool:
    """Whether the same would have befallen anything: try again later, and blame no row."""
    return isinstance(fault, OF_THE_WORLD)
