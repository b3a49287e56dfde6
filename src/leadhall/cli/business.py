"""`leadhall business create|import|list|show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import asyncpg
import cyclopts
from cyclopts import Parameter
from rich.console import Console
from rich.progress import track

from leadhall.cli.business_import import Line, faults_of, read_file, refuse
from leadhall.cli.output import Json, on_terminal, row_of, say, show_facts, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business, pick_directory
from leadhall.cli.session import session
from leadhall.core.errors import Refusal
from leadhall.notify.entering import invite
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.businesses import PAGE_MOST, Business, NewBusiness, create_business, list_businesses
from leadhall.tenancy.staff import NewStaff, add_staff

app = cyclopts.App(name="business", help="Businesses: create, import, list, show.")
LISTED = ("uid", "name", "nickname", "external_reference_id", "owner_staff_uid", "created_at", "closed_at")


@app.command
async def create(
    name: str,
    /,
    *,
    directory: DirectoryOption = None,
    uid: Annotated[str | None, Parameter(help="Bring an existing uid along; else one is made.")] = None,
    nickname: Annotated[str | None, Parameter(help="A name for URLs (upstream's external_id).")] = None,
    external_reference_id: Annotated[str | None, Parameter(help="Your own id for it.")] = None,
    owner_email: Annotated[str | None, Parameter(help="The owner, who is notified of leads.")] = None,
    owner_name: Annotated[str | None, Parameter(help="The owner's name as shown.")] = None,
    phone: str | None = None,
    country: Annotated[str, Parameter(help="Two letters; decides how phones without a + are read.")] = "US",
    time_zone: str = "UTC",
    locale: str = "en",
    as_json: Json = False,
) -> None:
    """Make a business; its names must be free in its directory."""
    new = NewBusiness(
        name=name,
        uid=uid,
        nickname=nickname,
        external_reference_id=external_reference_id,
        phone=phone,
        country=country,
        time_zone=time_zone,
        locale=locale,
    )
    async with session() as at, at.connection.transaction():
        home = await pick_directory(at.connection, directory)
        business = await create_business(at.connection, home.id, new, imported=uid is not None)
        await record_act(at.connection, "business/created", business.uid, business_id=business.id)
        if owner_email:
            owner = NewStaff(email=owner_email, display_name=owner_name or owner_email, role="owner")
            staff = await add_staff(at.connection, business.id, owner)
            await invite(at.connection, business.id, staff.uid, staff.email)
        business = await pick_business(at.connection, business.uid)
    show_facts(row_of(business), as_json=as_json)


@app.command(name="list")
async def list_(*, directory: DirectoryOption = None, as_json: Json = False) -> None:
    """All businesses, or those of one directory."""
    async with session() as at:
        home_id = (await pick_directory(at.connection, directory)).id if directory else None
        businesses = await _all(at.connection, home_id)
    show_rows([row_of(each) for each in businesses], as_json=as_json, columns=LISTED, nothing="no businesses yet")


async def _all(connection: asyncpg.Connection, directory_id: int | None) -> list[Business]:
    found: list[Business] = []
    while True:
        after_id = found[-1].id if found else 0
        page = await list_businesses(connection, directory_id, after_id=after_id, limit=PAGE_MOST)
        found += page
        if len(page) < PAGE_MOST:
            return found


@app.command
async def show(name: str, /, *, directory: DirectoryOption = None, as_json: Json = False) -> None:
    """One business, by uid, nickname or external reference id."""
    async with session() as at:
        business = await pick_business(at.connection, name, directory)
    show_facts(row_of(business), as_json=as_json)


@app.command(name="import")
async def import_(
    file: Path,
    /,
    *,
    directory: DirectoryOption = None,
    dry_run: Annotated[bool, Parameter(help="Check everything, change nothing.")] = False,
    without_invitations: Annotated[bool, Parameter(help="Mail nobody; owners come in by a link they ask for.")] = False,
) -> None:
    """Make the businesses of a CSV file: all of them or, when a line has a fault, none. Owners are invited by mail.

    Columns: name, uid, nickname, external_reference_id, email, phone, address, website_url, country,
    time_zone, locale, currency, owner_email, owner_first_name, owner_last_name, owner_phone, owner_uid.
    """
    lines = read_file(file)
    async with session() as at:
        home = await pick_directory(at.connection, directory)
        transaction = at.connection.transaction()
        await transaction.start()
        try:
            faults = await _make_all(at.connection, home.id, lines, inviting=not without_invitations)
        except BaseException:
            await transaction.rollback()
            raise
        await (transaction.rollback() if dry_run or faults else transaction.commit())
    if faults:
        raise refuse(faults)
    say(f"{len(lines)} businesses {'can be imported' if dry_run else 'imported'} into {home.name}")


async def _make_all(
    connection: asyncpg.Connection, directory_id: int, lines: list[Line], *, inviting: bool
) -> list[str]:
    """Every fault of every line. Each line has a savepoint, so that the next is judged by itself."""
    faults: list[str] = []
    for line in track(lines, "importing", console=Console(stderr=True), disable=not on_terminal()):
        try:
            async with connection.transaction():
                await _make(connection, directory_id, line, inviting=inviting)
        except Refusal as refusal:
            faults += faults_of(line, refusal)
    return faults


async def _make(connection: asyncpg.Connection, directory_id: int, line: Line, *, inviting: bool) -> None:
    business = await create_business(connection, directory_id, line.business, imported=True)
    await record_act(connection, "business/imported", business.uid, business_id=business.id)
    if line.owner:
        staff = await add_staff(connection, business.id, _owner(line.owner))
        if inviting:
            await invite(connection, business.id, staff.uid, staff.email)


def _owner(told: dict[str, str]) -> NewStaff:
    names = [told[part] for part in ("first_name", "last_name") if part in told]
    return NewStaff(
        email=told.get("email", ""),
        display_name=" ".join(names) or told.get("email", ""),
        role="owner",
        first_name=told.get("first_name"),
        last_name=told.get("last_name"),
        mobile_number=told.get("phone"),
        uid=told.get("uid"),
    )
