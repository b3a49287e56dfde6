"""`leadhall staff create|list|show|preferences|clear-second-factor`."""

from __future__ import annotations

from typing import Annotated, Literal

import cyclopts
from cyclopts import Parameter

from leadhall.cli.output import Json, row_of, show_facts, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.core.errors import NotFound
from leadhall.notify.entering import invite
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.second_factor import drop_factor
from leadhall.tenancy.staff import NewStaff, add_staff, get_staff, list_staff
from leadhall.tenancy.users import find_user

app = cyclopts.App(name="staff", help="People who serve a business.")
app.command("leadhall.cli.staff_preferences:preferences", name="preferences")
LISTED = ("uid", "display_name", "email", "role", "created_at", "deleted_at")
Role = Literal["owner", "admin", "manager", "marketing", "collaborator", "user"]


@app.command
async def create(
    business: str,
    email: str,
    /,
    *,
    name: Annotated[str | None, Parameter(help="As shown to others; else the email address.")] = None,
    role: Role = "user",
    mobile_number: Annotated[str | None, Parameter(help="For texts.")] = None,
    uid: Annotated[str | None, Parameter(help="Bring an existing uid along; else one is made.")] = None,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Let a person serve a business; the first owner becomes the business's."""
    new = NewStaff(email=email, display_name=name or email, role=role, mobile_number=mobile_number, uid=uid)
    async with session() as at, at.connection.transaction():
        found = await pick_business(at.connection, business, directory)
        staff = await add_staff(at.connection, found.id, new)
        await invite(at.connection, found.id, staff.uid, staff.email)
        await record_act(at.connection, "staff/created", staff.uid, business_id=found.id)
        staff = await get_staff(at.connection, found.id, staff.uid)
    show_facts(row_of(staff), as_json=as_json)


@app.command(name="list")
async def list_(
    business: str,
    /,
    *,
    left_too: Annotated[bool, Parameter(help="Also those who left.")] = False,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Who serves a business, the owner first."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        staff = await list_staff(at.connection, found.id, left_too=left_too)
    show_rows([row_of(each) for each in staff], as_json=as_json, columns=LISTED, nothing="nobody yet")


@app.command
async def show(business: str, uid: str, /, *, directory: DirectoryOption = None, as_json: Json = False) -> None:
    """One member of a business's staff."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        staff = await get_staff(at.connection, found.id, uid)
    show_facts(row_of(staff), as_json=as_json)


@app.command
async def clear_second_factor(email: str, /, *, as_json: Json = False) -> None:
    """Ask this person for no code any more when they sign in: for who lost both the app and the recovery codes."""
    async with session() as at, at.connection.transaction():
        user = await find_user(at.connection, email)
        if not await drop_factor(at.connection, user.id):
            raise NotFound("This person has no second factor")
        await record_act(at.connection, "second_factor/cleared", user.uid)
    show_facts({"email": user.email, "second_factor": "cleared"}, as_json=as_json)
