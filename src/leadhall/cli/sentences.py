"""Every fault that we know, as a sentence for the person at the terminal. Never a traceback for these."""

from __future__ import annotations

from asyncpg.exceptions import InterfaceError, InternalClientError, PostgresError

from leadhall.cli.faults import CliFault
from leadhall.cluster.errors import ClusterFault
from leadhall.core.errors import Refusal
from leadhall.schema.migrate import MigrationFault
from leadhall.settings import SettingsFault
from leadhall.web.readiness import UnsafeDurability


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
        case CliFault() | ClusterFault() | MigrationFault() | UnsafeDurability() | OSError():
            told = str(fault)
        case _:
            return None
    return told
