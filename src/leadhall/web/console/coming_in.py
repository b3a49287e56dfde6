"""In by password or by a link in a mail, and out again."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from leadhall.core.db import CONNECT_WITHIN_S, Scope, scoped
from leadhall.core.errors import RateLimited
from leadhall.core.operation import ANYBODY, ErrorCase
from leadhall.notify.entering import mail_sign_in
from leadhall.tenancy.second_factor import find_factor
from leadhall.tenancy.sessions import LIVES_S, close_session, open_session
from leadhall.tenancy.users import find_person
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import plain_page
from leadhall.web.console.half_in import half_cookie
from leadhall.web.console.rows import posted, read_own_form, shown
from leadhall.web.console.told import see
from leadhall.web.console.words import Words, words_asked_for
from leadhall.web.form import local_path, read_form
from leadhall.web.head import header, user_agent
from leadhall.web.signed_in import entered, find_signed_in, left

START = "/inbox"
UNAUTHORIZED, TOO_OFTEN = 401, 429


class SignInQuery(msgspec.Struct):
    """Where to go afterwards."""

    next: str | None = None


def words_of(call: Call) -> Words:
    """Of who has not come in: what their browser asks for."""
    return words_asked_for(header(call.scope, b"accept-language"))


async def show_sign_in(call: Call) -> Answer:
    """The page; who is in already goes on."""
    onward = local_path(call.query.next, START)
    if await find_signed_in(call) is not None:
        return see(onward)
    return _sign_in_page(call, onward)


def _sign_in_page(call: Call, onward: str, *, email: str = "", fault: str | None = None, status: int = 200) -> Answer:
    words = words_of(call)
    return plain_page(
        call, "sign_in.html", words, title=words("Sign in"), status=status, onward=onward, email=email, fault=fault
    )


async def sign_in(call: Call) -> Answer:
    """By address and password. Who is unknown and who mistyped are answered alike."""
    form, words = await read_form(call), words_of(call)
    onward, email = local_path(form.text("next"), START), form.text("email")
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        try:
            user_id = await call.services.passwords.sign_in(connection, email, form.raw("password"), call.ip)
        except RateLimited:
            fault = words("Too many tries. Wait a minute, or ask for a link.")
            return _sign_in_page(call, onward, email=email, fault=fault, status=TOO_OFTEN)
    if user_id is None:
        fault = words("Address and password do not belong together.")
        return _sign_in_page(call, onward, email=email, fault=fault, status=UNAUTHORIZED)
    return await come_in(call, user_id, onward)


async def come_in(call: Call, user_id: int, onward: str, told: str | None = None) -> Answer:
    """Go on with a session; by way of the code for whoever set up a second factor."""
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        factor = await find_factor(connection, user_id)
    if factor is None or not factor.is_on:
        return await begin_session(call, user_id, onward, told)
    answer = see("/sign-in/code")
    return replace(answer, headers=(*answer.headers, half_cookie(call, user_id, factor.email, onward, told)))


async def begin_session(call: Call, user_id: int, onward: str, told: str | None = None) -> Answer:
    """Of somebody who showed all that is asked for."""
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        secret = await open_session(connection, user_id, user_agent=user_agent(call.scope), ip=call.ip)
    answer = see(onward, told)
    return replace(answer, headers=(*answer.headers, entered(call, secret, LIVES_S)))


async def ask_for_link(call: Call) -> Answer:
    """Mail a link to sign in; whether anybody has this address is not told."""
    form, words = await read_form(call), words_of(call)
    onward, email = local_path(form.text("next"), START), form.text("email")
    try:
        call.services.entry_links.count(email, call.ip)
    except RateLimited:
        fault = words("Too many tries. Wait a minute.")
        return _sign_in_page(call, onward, email=email, fault=fault, status=TOO_OFTEN)
    async with scoped(call.services.app_pool, Scope((0,))) as connection:
        person = await find_person(connection, email)
        if person is not None:
            await mail_sign_in(connection, person)
    return plain_page(call, "link_sent.html", words, title=words("Look into your mail"), email=email)


async def sign_out(call: Call) -> Answer:
    await read_own_form(call)
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        await close_session(connection, call.person.secret)
    answer = see("/sign-in")
    return replace(answer, headers=(*answer.headers, left(call)))


_TOO_OFTEN = ErrorCase(429, "rate_limited", "Five tries a minute for one address, and from one place.")

OPERATIONS = (
    shown(
        "sign_in_page", "Sign in page", "/sign-in", show_sign_in, policy=ANYBODY, query=SignInQuery,
        summary="Where people come in: by password, or by a link that is mailed to them.",
    ),
    posted(
        "sign_in", "Sign in", "/sign-in", sign_in, policy=ANYBODY, errors=(_TOO_OFTEN,),
        summary="Begins a session by address and password.", fields={"email": "olivia@harbour-kitchens.example"},
    ),
    posted(
        "ask_for_link", "Ask for a link to sign in", "/sign-in/link", ask_for_link, policy=ANYBODY,
        errors=(_TOO_OFTEN,), summary="Mails a link to sign in, good for an hour and one use.",
        fields={"email": "olivia@harbour-kitchens.example"},
    ),
    posted("sign_out", "Sign out", "/sign-out", sign_out, summary="Ends the session."),
)  # fmt: skip
