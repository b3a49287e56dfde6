"""What went wrong, as one sentence for the person at the terminal. Never a traceback for what we know."""

from __future__ import annotations

from asyncpg.exceptions import InterfaceError, InternalClientError, PostgresError

from leadhall.cluster.errors import ClusterFault
from leadhall.core.errors import Refusal
from leadhall.schema.migrate import MigrationFault
from leadhall.settings import SettingsFault


class CliFault(Exception):
    """The command cannot be done. `remedy` is what to type or set instead, where there is such a thing."""

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(f"{message}\n  {remedy}" if remedy else message)


class Usage(CliFault):
    """The command was called in a way it cannot be (exit code 2)."""


def sentence(fault: BaseException) -> str | None:
    """What to print for it; None for what nobody foresaw, which deserves its traceback."""
    match fault:
        case Refusal():
            told = "; ".join(dict.fromkeys(each.message for each in fault.faults))
        case SettingsFault():
            told = "the settings cannot be used:\n  " + str(fault).replace("\n", "\n  ")
        case PostgresError():
            told = f"PostgreSQL refused: {fault}"
        case InterfaceError() | InternalClientError():
            told = f"the database is not reachable: {fault}"
        case TimeoutError():
            told = "the database did not answer in time"
        case CliFault() | ClusterFault() | MigrationFault() | OSError():
            told = str(fault)
        case _:
            return None
    return told
