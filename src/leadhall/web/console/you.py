"""About oneself: name, language, password, phone, and where one is signed in; and which business one works for."""

from __future__ import annotations

import msgspec

from leadhall.clients.phone import read_phone
from leadhall.core.db import CONNECT_WITHIN_S, Scope, scoped
from leadhall.core.errors import Fault, Invalid, NotFound, RateLimited
from leadhall.notify.verification import check_code, text_code, verified_numbers
from leadhall.tenancy.passwords import set_password
from leadhall.tenancy.second_factor import find_factor
from leadhall.tenancy.sessions import choose_business, close_session_of, close_sessions_of, list_sessions
from leadhall.tenancy.staff import get_staff, set_mobile_number
from leadhall.tenancy.users import set_person
from leadhall.web.call import Answer, Call
from leadhall.web.console.browsers import browser_called
from leadhall.web.console.coming_in import begin_session
from leadhall.web.console.entering import read_password
from leadhall.web.console.frame import console_page
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import Work, done, posted, read_own_form, shown
from leadhall.web.console.told import see
from leadhall.web.form import local_path

HERE = "/you"


class YouQuery(msgspec.Struct):
    """What was just done; `code`: one was texted."""

    told: str | None = None
    code: str | None = None


async def show_you(call: Call) -> Answer:
    person, reader = call.person, await reader_of(call)
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        sessions = await list_sessions(connection, person.session.user_id, person.secret)
        factor = await find_factor(connection, person.session.user_id)
    staff, verified = None, None
    if person.membership:
        async with scoped(call.services.app_pool, Scope.of([person.membership.business_id])) as connection:
            staff = await get_staff(connection, person.membership.business_id, person.membership.staff_uid)
            verified = (await verified_numbers(connection, staff.business_id)).get(staff.uid)
    return await console_page(
        call, "you.html", title=reader.words("You"), here="you", sessions=sessions, staff=staff, verified=verified,
        factor=factor, is_coded=call.query.code is not None, browser_called=browser_called,
    )  # fmt: skip


async def save_you(call: Call) -> Answer:
    form = await read_own_form(call)
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        await set_person(
            connection, call.person.session.user_id, first_name=form.text("first_name"),
            last_name=form.text("last_name"), locale=form.text("locale") or None,
        )  # fmt: skip
    return see(HERE, "saved")


async def change_password(call: Call) -> Answer:
    """The old one is asked for where there is one; every other sign-in ends, and this one begins anew."""
    form, session = await read_own_form(call), call.person.session
    password = await read_password(form.raw("password"), (session.email, session.first_name, session.last_name))
    if password is None:
        raise Invalid.of([Fault.missing("password")])
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        if session.has_password:
            known = await call.services.passwords.sign_in(connection, session.email, form.raw("present"), call.ip)
            if known != session.user_id:
                raise Invalid("The present password is another", field="present")
        await set_password(connection, session.user_id, password)
        await close_sessions_of(connection, session.user_id)
    return await begin_session(call, session.user_id, HERE, "password")


async def end_session(call: Call) -> Answer:
    """One sign-in of one's own, or all of them."""
    form, session = await read_own_form(call), call.person.session
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        if form.text("uid") == "all":
            await close_sessions_of(connection, session.user_id)
        elif not await close_session_of(connection, session.user_id, form.text("uid")):
            raise NotFound("There is no such sign-in")
    return see(HERE, "ended")


async def switch_business(call: Call) -> Answer:
    form = await read_own_form(call)
    wanted = next((each for each in call.person.memberships if each.business_uid == form.text("business")), None)
    if wanted is None:
        raise NotFound("You serve no such business")
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        await choose_business(connection, call.person.secret, wanted.business_id)
    return see(local_path(form.text("next"), "/inbox"), "switched")


async def _text_code(work: Work) -> Answer:
    """To the number that one's membership has, or the one given."""
    reader = await reader_of(work.call)
    number = read_phone(work.form.text("number"), reader.country).e164
    if number is None:
        raise Invalid("This is no phone number", field="number")
    try:
        await text_code(work.connection, work.call.services.key, work.business_id, work.here.staff_uid, number)
    except RateLimited:
        raise Invalid("A code was texted a moment ago: wait a minute", field="number") from None
    await set_mobile_number(work.connection, work.business_id, work.here.staff_uid, number)
    return see(HERE + "?code=1", "coded")


async def check_phone(call: Call) -> Answer:
    """Every try counts, right or wrong."""
    form, here = await read_own_form(call), call.person.membership
    if here is None:
        raise NotFound("You serve no business (any more): ask who manages it for an invitation")
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        is_right = await check_code(connection, call.services.key, here.business_id, here.staff_uid, form.text("code"))
    return see(HERE, "verified") if is_right else see(HERE + "?code=1", "wrong_code")


OPERATIONS = (
    shown(
        "you", "You", HERE, show_you, query=YouQuery,
        summary="One's name, language, password, phone, and where one is signed in.",
    ),
    posted(
        "save_you", "Save what you are called", HERE, save_you, summary="Name and language.",
        fields={"first_name": "Ann"},
    ),
    posted(
        "change_password", "Change the password", "/you/password", change_password,
        summary="Ends all other sign-ins.", fields={"password": "correct horse battery"},
    ),
    posted(
        "end_session", "End a sign-in", "/you/sessions", end_session, summary="One of one's own, or all.",
        fields={"uid": "all"},
    ),
    posted(
        "switch_business", "Switch the business", "/switch", switch_business, summary="Work for another business.",
        fields={"business": "0m5x4kq0000000bz"},
    ),
    done(
        "text_code", "Text a code", "/you/phone", _text_code, right="read", summary="To verify one's number.",
        fields={"number": "+1 415 555 0132"},
    ),
    posted("check_phone", "Check the code", "/you/phone/code", check_phone, summary="Makes the number one's own."),
)  # fmt: skip
