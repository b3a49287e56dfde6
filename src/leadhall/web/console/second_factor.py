"""The second factor: asked for on the way in, set up and turned off on one's own page."""

from __future__ import annotations

from dataclasses import replace

import segno

from leadhall.core.clock import now
from leadhall.core.db import CONNECT_WITHIN_S, Scope, scoped
from leadhall.core.errors import Invalid, NotFound, RateLimited
from leadhall.core.operation import ANYBODY, ErrorCase
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.second_factor import (
    RECOVERY_CODES,
    Factor,
    begin_factor,
    confirm_factor,
    drop_factor,
    find_factor,
    take_code,
    tell,
)
from leadhall.web.call import Answer, Call
from leadhall.web.console.coming_in import TOO_OFTEN, UNAUTHORIZED, begin_session, words_of
from leadhall.web.console.frame import console_page, plain_page
from leadhall.web.console.half_in import HalfIn, find_half, no_half
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import posted, read_own_form, shown
from leadhall.web.console.told import see
from leadhall.web.console.words import N_
from leadhall.web.form import read_form

CODE, HERE = "/sign-in/code", "/you/second-factor"
NO_CODE = N_("That is not the code, or it was used already.")
TOO_MANY = N_("Too many tries. Wait a minute.")


async def show_code(call: Call) -> Answer:
    """Whoever came by password or link types the code; who did not begins there."""
    half = find_half(call)
    return see("/sign-in") if half is None else _code_page(call)


def _code_page(call: Call, *, fault: str | None = None, status: int = 200) -> Answer:
    words = words_of(call)
    told = words(fault) if fault else None
    return plain_page(call, "code.html", words, title=words("Your code"), status=status, fault=told)


async def check_code(call: Call) -> Answer:
    """The code lets in, once; tries are counted as those at passwords are."""
    form, half = await read_form(call), find_half(call)
    if half is None:
        return see("/sign-in")
    try:
        is_right = await _takes(call, half.user_id, half.email, form.text("code"))
    except RateLimited:
        return _code_page(call, fault=TOO_MANY, status=TOO_OFTEN)
    return await _all_in(call, half) if is_right else _code_page(call, fault=NO_CODE, status=UNAUTHORIZED)


async def _takes(call: Call, user_id: int, email: str, code: str) -> bool:
    call.services.second_factors.count(email, call.ip)
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        return await take_code(connection, call.services.key, user_id, code, now())


async def _all_in(call: Call, half: HalfIn) -> Answer:
    answer = await begin_session(call, half.user_id, half.onward, half.told)
    return replace(answer, headers=(*answer.headers, no_half(call)))


async def begin(call: Call) -> Answer:
    await read_own_form(call)
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        await begin_factor(connection, call.services.key, call.person.session.user_id)
    return see(HERE)


async def show_key(call: Call) -> Answer:
    """The key of what was begun: as a picture, as letters, and as a link for an app on this device."""
    return await _key_page(call)


async def _key_page(call: Call, fault: str | None = None) -> Answer:
    reader, factor = await reader_of(call), await _mine(call)
    if factor is None or factor.is_on:
        raise NotFound("There is nothing at this path")
    telling = tell(call.services.key, factor)
    picture = segno.make(telling.uri, error="m").svg_data_uri(scale=5, light="#fff")
    return await console_page(
        call, "second_factor.html", title=reader.words("Set up the second factor"), here="you", telling=telling,
        picture=picture, fault=fault and reader.words(fault), codes=None,
    )  # fmt: skip


async def _mine(call: Call) -> Factor | None:
    async with call.services.app_pool.acquire(timeout=CONNECT_WITHIN_S) as connection:
        return await find_factor(connection, call.person.session.user_id)


async def confirm(call: Call) -> Answer:
    """Asked for from now on, once the app's code was typed; the recovery codes are shown this once."""
    form, session = await read_own_form(call), call.person.session
    try:
        call.services.second_factors.count(session.email, call.ip)
    except RateLimited:
        return await _key_page(call, TOO_MANY)
    async with scoped(call.services.app_pool, Scope((0,))) as connection:
        codes = await confirm_factor(connection, call.services.key, session.user_id, form.text("code"), now())
        if codes:
            await record_act(connection, "second_factor/on", session.user_uid, actor=session.user_uid)
    if codes is None:
        return await _key_page(call, NO_CODE)
    reader = await reader_of(call)
    return await console_page(
        call, "second_factor.html", title=reader.words("Your recovery codes"), here="you", codes=codes
    )


async def turn_off(call: Call) -> Answer:
    """By a code, so that a browser left open is not enough."""
    form, session = await read_own_form(call), call.person.session
    if not await _takes(call, session.user_id, session.email, form.text("code")):
        raise Invalid(NO_CODE, field="code")
    async with scoped(call.services.app_pool, Scope((0,))) as connection:
        await drop_factor(connection, session.user_id)
        await record_act(connection, "second_factor/off", session.user_uid, actor=session.user_uid)
    return see("/you", "factor_off")


_TOO_OFTEN = ErrorCase(429, "rate_limited", "Five tries a minute for one person, and from one place.")
_ON = ErrorCase(409, "already_exists", "It is on already.")

OPERATIONS = (
    shown(
        "code_page", "Code page", CODE, show_code, policy=ANYBODY,
        summary="Where the code of a second factor is typed, after the password or the link.",
    ),
    posted(
        "check_second_factor", "Check the code of the second factor", CODE, check_code, policy=ANYBODY,
        errors=(_TOO_OFTEN,), summary="Begins the session: by a code of the app, or a recovery code, each once.",
        fields={"code": "123456"},
    ),
    posted(
        "begin_second_factor", "Set up a second factor", "/you/second-factor/begin", begin, errors=(_ON,),
        summary="Makes a key that is asked for once a code of it was typed.",
    ),
    shown("second_factor", "Second factor", HERE, show_key, summary="The key of a second factor that is being set up."),
    posted(
        "confirm_second_factor", "Turn the second factor on", HERE, confirm,
        summary=f"By a code of the app; shows {RECOVERY_CODES} recovery codes, this once.", fields={"code": "123456"},
    ),
    posted(
        "turn_second_factor_off", "Turn the second factor off", "/you/second-factor/off", turn_off,
        errors=(_TOO_OFTEN,), summary="By a code of the app, or a recovery code.", fields={"code": "123456"},
    ),
)  # fmt: skip
