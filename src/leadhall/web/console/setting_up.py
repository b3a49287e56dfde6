"""The first business of an installation, or of a directory that has none yet."""

from __future__ import annotations

from leadhall.core.db import Connection, Scope, scoped
from leadhall.core.errors import Fault, Invalid, NotFound
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.businesses import Business, NewBusiness, create_business
from leadhall.tenancy.confirmed import confirm_email
from leadhall.tenancy.directories import add_admin, create_directory, list_directories
from leadhall.tenancy.sessions import Administered, choose_business, memberships_of
from leadhall.tenancy.staff import NewStaff, add_staff
from leadhall.tenancy.users import find_or_make_user
from leadhall.web.call import Answer, Call
from leadhall.web.console.first_leads import give_example
from leadhall.web.console.frame import console_page
from leadhall.web.console.places import countries, time_zones
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import posted, read_own_form, shown
from leadhall.web.console.told import see
from leadhall.web.console.words import words_for
from leadhall.web.form import Form


async def set_up(connection: Connection, form: Form, password_hash: str | None) -> int:
    """Directory, administrator and first business at once; answers the user's id. Invalid names every fault."""
    email, company = form.text("email"), form.text("company")
    faults = [Fault.missing(name) for name in ("email", "company") if not form.text(name)]
    if faults:
        raise Invalid.of(faults)
    if await list_directories(connection):
        raise Invalid("This installation is set up already: sign in")
    directory = await create_directory(connection, company)
    names = {"first_name": form.text("first_name") or None, "last_name": form.text("last_name") or None}
    user = await find_or_make_user(connection, email, password_hash=password_hash, **names)
    await add_admin(connection, directory.id, user.id)
    await confirm_email(connection, user.id, user.email)  # whoever sets this up may say who administers it
    await _first_business(connection, directory.id, form, email)
    await record_act(connection, "installation/set_up", directory.uid, facts={"admin": user.uid})
    return user.id


async def _first_business(connection: Connection, directory_id: int, form: Form, email: str) -> Business:
    """With its owner. Invalid names every fault."""
    new = NewBusiness(
        name=form.text("company"),
        country=form.text("country") or "US",
        time_zone=form.text("time_zone") or "UTC",
        locale=form.text("locale") or "en",
        email=email,
    )
    business = await create_business(connection, directory_id, new)
    name = " ".join(filter(None, (form.text("first_name"), form.text("last_name")))) or email
    await add_staff(connection, business.id, NewStaff(email=email, display_name=name, role="owner"))
    return business


async def show_welcome(call: Call) -> Answer:
    """Who serves no business yet: an administrator makes the first, anybody else is told whom to ask."""
    reader = await reader_of(call)
    return await console_page(
        call, "welcome.html", title=reader.words("Welcome"), countries=countries(reader.words), zones=time_zones(),
        form=Form(),
    )  # fmt: skip


async def make_business(call: Call) -> Answer:
    """A business of the directory that one administers, with oneself as its owner."""
    form = await read_own_form(call)
    directory = _administered(call, form.text("directory"))
    person = call.person
    async with scoped(call.services.app_pool, Scope((), directory.id)) as connection:
        if not form.text("company"):
            raise Invalid.of([Fault.missing("company")])
        business = await _first_business(connection, directory.id, form, person.session.email)
        await record_act(
            connection, "business/created", business.uid, actor=person.session.user_uid, business_id=business.id
        )
    async with call.services.app_pool.acquire() as connection:
        await choose_business(connection, person.secret, business.id)
    await greet_owner(call, person.session.user_id)
    return see("/inbox", "welcome")


async def greet_owner(call: Call, user_id: int) -> None:
    """An example lead in the newest business that somebody owns, in its language."""
    async with call.services.app_pool.acquire() as connection:
        owned = [each for each in await memberships_of(connection, user_id) if each.role == "owner"]
    newest = max(owned, key=lambda each: each.business_id)
    facts = await call.services.businesses.facts(newest.business_id)
    await give_example(call, newest, words_for(facts.locale))


def _administered(call: Call, uid: str) -> Administered:
    found = next((each for each in call.person.administers if uid in ("", each.uid)), None)
    if found is None:
        raise NotFound("You administer no such directory")
    return found


OPERATIONS = (
    shown("welcome", "Welcome", "/welcome", show_welcome, summary="For who serves no business yet."),
    posted(
        "make_business", "Make a business", "/welcome", make_business, fields={"company": "Harbour Kitchens"},
        summary="A business of a directory that one administers; one becomes its owner.",
    ),
)  # fmt: skip
