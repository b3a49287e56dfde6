"""`leadhall staff preferences`: how a member of staff hears of leads."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from leadhall.cli.output import Json, show_facts
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.preferences import preferences_of, set_preferences
from leadhall.tenancy.staff import get_staff

Switch = Literal["on", "off"]


async def preferences(
    business: str,
    uid: str,
    /,
    *,
    email: Annotated[Switch | None, Parameter(help="Notices by mail.")] = None,
    sms: Annotated[Switch | None, Parameter(help="Notices by text.")] = None,
    leads: Annotated[Literal["mine", "all"] | None, Parameter(help="Those one answers for, or all.")] = None,
    quiet: Annotated[str | None, Parameter(help="Texts wait, such as 22:00-07:00; off: never.")] = None,
    time_zone: Annotated[str | None, Parameter(help="Of the quiet hours; else the business's.")] = None,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Show how a member of staff hears of leads; with options, change it. A preference mutes, it adds nothing."""
    changes: dict[str, Any] = {"leads": leads, "time_zone": time_zone, **_quiet(quiet)}
    changes |= {name: None if word is None else word == "on" for name, word in (("email", email), ("sms", sms))}
    async with session() as at, at.connection.transaction():
        found = await pick_business(at.connection, business, directory)
        if any(value is not None for value in changes.values()):
            wanted = await set_preferences(at.connection, found.id, uid, changes)
            await record_act(at.connection, "staff/preferences", uid, business_id=found.id)
        else:
            wanted = preferences_of((await get_staff(at.connection, found.id, uid)).preferences)
    show_facts(asdict(wanted), as_json=as_json)


def _quiet(text: str | None) -> dict[str, str | None]:
    """From and until; blank texts take them away."""
    if text is None:
        return {}
    begin, _, end = ("", "", "") if text == "off" else text.partition("-")
    return {"quiet_from": begin.strip(), "quiet_until": end.strip()}
