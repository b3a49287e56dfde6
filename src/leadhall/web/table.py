"""The one table of operations: from it come the router, OpenAPI, the reference page and the isolation tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from leadhall.core.operation import PREFIXES, Operation, Policy

_PARAMETER = re.compile(r"{[^}]*}")


class TableFault(ValueError):
    """The table cannot be served; says every row that is wrong. Nothing starts with such a table."""


@dataclass(frozen=True)
class Table:
    """All operations of all doors, checked."""

    operations: tuple[Operation, ...]
    _by_name: dict[str, Operation] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if faults := _faults_of(self.operations):
            raise TableFault("; ".join(faults))
        object.__setattr__(self, "_by_name", {operation.name: operation for operation in self.operations})

    @classmethod
    def join(cls, *doors: Iterable[Operation]) -> Table:
        """One table of the rows that each door lists. TableFault when a row or the whole cannot be."""
        return cls(tuple(operation for door in doors for operation in door))

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations)

    def __getitem__(self, name: str) -> Operation:
        return self._by_name[name]

    def of_door(self, door: str) -> tuple[Operation, ...]:
        return tuple(operation for operation in self.operations if operation.door == door)


def paths_of(operation: Operation) -> tuple[str, ...]:
    """Every path that the operation answers under."""
    return tuple(prefix + operation.path for prefix in (PREFIXES if operation.prefixed else ("",)))


def _faults_of(operations: tuple[Operation, ...]) -> list[str]:
    faults = [fault for operation in operations for fault in _faults_of_one(operation)]
    names = [operation.name for operation in operations]
    faults += [f"two operations are called {name}" for name in sorted({n for n in names if names.count(n) > 1})]
    places = [
        f"{operation.method} {_PARAMETER.sub('{}', path)}" for operation in operations for path in paths_of(operation)
    ]
    faults += [f"two operations answer {place}" for place in sorted({p for p in places if places.count(p) > 1})]
    return faults


def _faults_of_one(operation: Operation) -> Iterator[str]:
    if not isinstance(operation.policy, Policy):
        yield f"{operation.name} has no policy"
    if not operation.path.startswith("/"):
        yield f"{operation.name}: a path begins with /"
    if not operation.replies:
        yield f"{operation.name} documents no reply"
