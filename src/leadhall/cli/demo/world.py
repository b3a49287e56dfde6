"""The demo's world: a directory with two businesses, an app in the first one, and a directory of somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from leadhall.cli.demo.book import AppWords, DirectoryWords, OtherDirectoryWords, OwnerWords
from leadhall.cli.directory import two_tokens
from leadhall.clients.fields import create_field
from leadhall.core.db import Connection
from leadhall.tenancy.apps import NewApp, create_app, install_app
from leadhall.tenancy.businesses import Business, NewBusiness, create_business
from leadhall.tenancy.confirmed import confirm_staff
from leadhall.tenancy.directories import add_admin, create_directory
from leadhall.tenancy.form_keys import create_form_key
from leadhall.tenancy.staff import NewStaff, add_staff, get_staff
from leadhall.tenancy.tokens import Grant, create_token

KITCHENS = NewBusiness(
    name="Harbour Kitchens",
    nickname="harbour.kitchens",
    external_reference_id="HK-1001",
    email="hello@harbour-kitchens.example",
    phone="+1 415 555 0100",
    time_zone="America/Los_Angeles",
)
LAW = NewBusiness(
    name="Lakeside Law",
    nickname="lakeside.law",
    external_reference_id="LL-2002",
    email="office@lakeside-law.example",
    country="GB",
    time_zone="Europe/London",
    currency="GBP",
)
OLIVIA = NewStaff(email="olivia@harbour-kitchens.example", display_name="Olivia Reed", role="owner")
LAURA = NewStaff(email="laura@lakeside-law.example", display_name="Laura Ng", role="owner")
COLLEAGUE = NewStaff(email="carl@harbour-kitchens.example", display_name="Carl Diaz", role="user")
CARD = (("opt-in", "Newsletter", ()), ("datepicker", "Preferred date", ()), ("singleline", "Budget", ()))
PROJECTS = ("dropdown", "Project", ("Kitchen", "Bathroom", "Whole house"))
DENTIST = NewBusiness(name="Northside Dental", nickname="northside.dental", external_reference_id="ND-1")


@dataclass(frozen=True)
class MadeBusiness:
    """A business of the demo, before it has a client."""

    business: Business
    owner: OwnerWords
    form_key: str


@dataclass(frozen=True)
class World:
    directory: DirectoryWords
    other_directory: OtherDirectoryWords
    businesses: list[MadeBusiness]
    app: AppWords


async def make_world(connection: Connection) -> World:
    """Everything of the demo but its leads, in one transaction."""
    async with connection.transaction():
        directory = await create_directory(connection, "Bayside Agency")
        website_token, token = await two_tokens(connection, directory)
        kitchens = await _business(connection, directory.id, KITCHENS, OLIVIA)
        await add_staff(connection, kitchens.business.id, COLLEAGUE)
        await _card(connection, kitchens.business.id)
        law = await _business(connection, directory.id, LAW, LAURA)
        owner = await get_staff(connection, kitchens.business.id, kitchens.owner.uid)
        await add_admin(connection, directory.id, owner.user_id)  # so that the agency's list is seen, too
        for made in (kitchens, law):  # nobody is here to press the links
            await confirm_staff(connection, made.business.id)
        return World(
            DirectoryWords(directory.uid, directory.id, token, website_token),
            await _other_directory(connection),
            [kitchens, law],
            await _app(connection, directory.id, kitchens.business.id),
        )


async def _business(connection: Connection, directory_id: int, new: NewBusiness, owner: NewStaff) -> MadeBusiness:
    business = await create_business(connection, directory_id, new)
    staff = await add_staff(connection, business.id, owner)
    grant = Grant(kind="staff", business_id=business.id, staff_uid=staff.uid, label="demo")
    key = await create_form_key(connection, business.id, label="demo")
    return MadeBusiness(business, OwnerWords(staff.uid, await _secret(connection, grant)), key.key)


async def _card(connection: Connection, business_id: int) -> None:
    """Fields that the examples fill, so that the client card shows them."""
    for type_, label, options in (*CARD, PROJECTS):
        await create_field(connection, business_id, label=label, type_=type_, options=options)


async def _app(connection: Connection, directory_id: int, business_id: int) -> AppWords:
    app, client_secret = await create_app(connection, directory_id, NewApp(name="Form Connector"))
    await install_app(connection, app.id, business_id)
    grant = Grant(kind="app", app_id=app.id, business_id=business_id, label="demo")
    return AppWords(app.uid, app.client_id, client_secret, await _secret(connection, grant))


async def _other_directory(connection: Connection) -> OtherDirectoryWords:
    directory = await create_directory(connection, "Somebody Else")
    business = await create_business(connection, directory.id, DENTIST)
    token = await _secret(connection, Grant(kind="directory", directory_id=directory.id, label="demo"))
    return OtherDirectoryWords(directory.uid, token, business.uid)


async def _secret(connection: Connection, grant: Grant) -> str:
    return (await create_token(connection, grant)).secret or ""
