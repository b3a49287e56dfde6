"""What a member of staff wants to hear of, how, and when not. A preference mutes what was asked for, nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from leadhall.core.db import Connection
from leadhall.core.errors import Invalid, NotFound
from leadhall.core.sql import statements
from leadhall.tenancy.reading import one_of, read_all
from leadhall.tenancy.regions import read_time_zone

SQL = statements(__package__, "preferences.sql")
LEADS = ("mine", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """`leads`: those for whom one is responsible, or all of the business. Quiet hours delay texts, never mail.

    Quiet hours are hours and minutes in `time_zone`, else in the business's; both or neither are set.
    """

    email: bool = True
    sms: bool = True
    leads: str = "mine"
    quiet_from: str | None = None
    quiet_until: str | None = None
    time_zone: str | None = None

    def quiet_for_s(self, at: datetime, business_zone: str) -> float:
        """Seconds from `at` until the quiet hours that it lies in are over; 0 outside of them."""
        if self.quiet_from is None or self.quiet_until is None:
            return 0.0
        local = at.astimezone(ZoneInfo(self.time_zone or business_zone))
        begin, end = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_until)
        now = local.time()
        within = begin <= now < end if begin < end else now >= begin or now < end
        if not within:
            return 0.0
        over = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
        if over <= local:
            over += timedelta(days=1)
        return over.timestamp() - at.timestamp()


def preferences_of(stored: Mapping[str, Any]) -> Preferences:
    """As they are stored; what is not there is the default."""
    known = {name: stored[name] for name in Preferences.__slots__ if stored.get(name) is not None}
    return Preferences(**known)


async def set_preferences(
    connection: Connection, business_id: int, staff_uid: str, changes: Mapping[str, Any]
) -> Preferences:
    """Change some, keep the others; empty text takes quiet hours or zone away. Invalid names every fault. NotFound."""
    values = read_all(changes, READERS)
    stored = await connection.fetchrow(SQL["lock"], business_id, staff_uid)
    if stored is None:
        raise NotFound("Staff not found")
    wanted = replace(preferences_of(stored["preferences"]), **{name: _or_none(value) for name, value in values.items()})
    if (wanted.quiet_from is None) != (wanted.quiet_until is None):
        raise Invalid("Quiet hours need both quiet_from and quiet_until, or neither", field="quiet_from")
    if wanted.quiet_from is not None and wanted.quiet_from == wanted.quiet_until:
        raise Invalid("Quiet hours that end when they begin would never end: mute the channel", field="quiet_until")
    kept = {name: value for name, value in asdict(wanted).items() if value is not None}
    await connection.execute(SQL["set"], business_id, staff_uid, kept)
    return wanted


def _or_none(value: Any) -> Any:
    return None if value == "" else value


def _read_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - told to the caller as every other fault
    return value


def _read_clock(text: Any) -> str:
    """Hours and minutes; blank takes them away."""
    if text == "":
        return ""
    try:
        return time.fromisoformat(str(text)).strftime("%H:%M")
    except ValueError:
        raise ValueError("must be a time of day such as 22:00") from None


def _read_zone(text: str) -> str:
    return read_time_zone(text) if text else ""


READERS = {
    "email": _read_flag,
    "sms": _read_flag,
    "leads": one_of(*LEADS),
    "quiet_from": _read_clock,
    "quiet_until": _read_clock,
    "time_zone": _read_zone,
}
