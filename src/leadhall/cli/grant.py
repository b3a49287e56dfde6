"""From the options of `leadhall token create` to what a token is to be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal

from cyclopts import Parameter

from leadhall.cli.durations import read_span
from leadhall.cli.faults import CliFault, Usage
from leadhall.cli.pick import pick_business, pick_directory
from leadhall.core.clock import now
from leadhall.core.db import Connection
from leadhall.tenancy.apps import get_app
from leadhall.tenancy.businesses import Business
from leadhall.tenancy.tokens import FOR_WEBSITE, Grant

CliKind = Literal["staff", "app", "directory"]


@dataclass(frozen=True)
class Limits:
    """Whom a token is for, and how far it reaches."""

    directory: Annotated[str | None, Parameter(help="Uid of the directory, if there are several.")] = None
    business: Annotated[str | None, Parameter(help="The business (any of its names) it is for.")] = None
    staff: Annotated[str | None, Parameter(help="Uid of the staff member; default the business's owner.")] = None
    app: Annotated[str | None, Parameter(help="Uid of the app.")] = None
    label: Annotated[str, Parameter(help="Where it will be used, for you to recognise it.")] = ""
    for_website: Annotated[bool, Parameter(help="It may only send leads.")] = False
    scope: Annotated[list[str] | None, Parameter(help="What it may; may be repeated. Default: all of its kind.")] = None
    only_business: Annotated[list[str] | None, Parameter(help="Reach only this one; may be repeated.")] = None
    cidr: Annotated[list[str] | None, Parameter(help="Only from this network; may be repeated.")] = None
    expires: Annotated[str | None, Parameter(help="After this time it is dead: 90d, 12h.")] = None
    test: Annotated[bool, Parameter(help="Test mode: notices are captured, figures do not count.")] = False
    rate_per_s: Annotated[float | None, Parameter(help="Requests a second; 0 is unlimited.")] = None
    burst: Annotated[int | None, Parameter(help="How many at once.")] = None


NO_LIMITS = Limits()


async def grant_for(connection: Connection, kind: CliKind, limits: Limits) -> Grant:
    """The grant; Usage when it is not said for whom."""
    business = await pick_business(connection, limits.business, limits.directory) if limits.business else None
    only = [(await pick_business(connection, name, limits.directory)).id for name in limits.only_business or ()]
    return replace(
        await _for_whom(connection, kind, limits, business),
        label=limits.label,
        scopes=FOR_WEBSITE if limits.for_website else limits.scope,
        only_businesses=only or None,
        cidrs=limits.cidr,
        mode="test" if limits.test else "live",
        rate_per_s=limits.rate_per_s,
        burst=limits.burst,
        expires_at=_end(limits.expires),
    )


async def _for_whom(connection: Connection, kind: CliKind, limits: Limits, business: Business | None) -> Grant:
    if kind == "directory":
        return Grant(kind=kind, directory_id=(await pick_directory(connection, limits.directory)).id)
    if kind == "app":
        if limits.app is None:
            raise Usage("for which app? --app UID", remedy="leadhall app list")
        app = await get_app(connection, limits.app)
        return Grant(kind=kind, app_id=app.id, business_id=business.id if business else None)
    if business is None:
        raise Usage("for which business? --business NAME", remedy="leadhall business list")
    return Grant(kind=kind, business_id=business.id, staff_uid=_staff(limits, business))


def _staff(limits: Limits, business: Business) -> str:
    staff = limits.staff or business.owner_staff_uid
    if staff is None:
        raise CliFault(
            f"{business.name} has no owner yet", remedy=f"leadhall staff create {business.uid} EMAIL --role owner"
        )
    return staff


def _end(expires: str | None) -> datetime | None:
    return now() + read_span(expires) if expires else None
