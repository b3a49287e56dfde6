"""In by a link: to sign in, to accept an invitation, to set an installation up. GET shows it, POST does it, once."""

from __future__ import annotations

from collections.abc import Iterable

from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid, Refusal
from leadhall.core.operation import ANYBODY, ErrorCase
from leadhall.notify.mail_links import ENTERING, MailLink, find_link, use_link
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.confirmed import confirm_email
from leadhall.tenancy.guessable import is_guessable
from leadhall.tenancy.passwords import hash_password, set_password_hash
from leadhall.tenancy.users import set_person
from leadhall.web.call import Answer, Call
from leadhall.web.console.coming_in import START, come_in, words_of
from leadhall.web.console.frame import plain_page
from leadhall.web.console.places import countries, time_zones
from leadhall.web.console.rows import posted, shown
from leadhall.web.console.saying import say_again
from leadhall.web.console.setting_up import greet_owner, set_up
from leadhall.web.console.words import N_, Words, words_for
from leadhall.web.form import Form, read_form

GONE, UNPROCESSABLE = 410, 422
PASSWORD_LEAST_CHARS, PASSWORD_MOST_CHARS = 10, 200
OF_A_LENGTH = N_("A password has 10 to 200 characters")
GUESSABLE = N_(
    "This password is among the first that are guessed: take another, of a few words that do not belong together"
)


async def show_link(call: Call) -> Answer:
    """What the link would do; opening it does nothing, since scanners of mail open every link."""
    link = await _found(call)
    return _gone(call) if link is None else _page(call, link, Form())


async def press_link(call: Call) -> Answer:
    """Take the link's one use, and come in."""
    form = await read_form(call)
    link = await _found(call)
    if link is None:
        return _gone(call)
    try:
        about = [link.address, link.business, *map(form.text, ("email", "company", "first_name", "last_name"))]
        password = await read_password(form.raw("password"), about)
        async with call.services.worker_pool.acquire() as connection, connection.transaction():
            if not await use_link(connection, link):
                return _gone(call)
            hashed = await hash_password(password) if password else None
            entering = _enter(connection, link, form, hashed) if link.user_id else set_up(connection, form, hashed)
            user_id = await entering
    except Refusal as refusal:
        return _page(call, link, form, faults=[fault.message for fault in refusal.faults], status=UNPROCESSABLE)
    if link.act == "set_up":
        await greet_owner(call, user_id)
    return await come_in(call, user_id, START, "welcome" if link.act != "sign_in" else None)


async def _found(call: Call) -> MailLink | None:
    link = await find_link(call.services.worker_pool, call.path["token"])
    return link if link and link.act in ENTERING else None


async def _enter(connection: Connection, link: MailLink, form: Form, hashed: str | None) -> int:
    """Whoever has the link has the mailbox: the address is theirs."""
    if link.user_id is None:
        raise TypeError(f"a link to {link.act} is somebody's")
    if link.address:
        await confirm_email(connection, link.user_id, link.address)
    if link.act == "invitation" and form.text("first_name"):
        await set_person(
            connection, link.user_id, first_name=form.text("first_name"), last_name=form.text("last_name") or None
        )
    if link.act == "invitation" and hashed:
        await set_password_hash(connection, link.user_id, hashed)
    await record_act(
        connection, f"mail_link/{link.act}", link.staff_uid or link.address or "", business_id=link.business_id
    )
    return link.user_id


async def read_password(password: str, about: Iterable[str | None]) -> str | None:
    """A password to be set; None for none. Invalid for one that is easily guessed by what stands open of the person."""
    if not password:
        return None
    if not PASSWORD_LEAST_CHARS <= len(password) <= PASSWORD_MOST_CHARS:
        raise Invalid.of([Fault("invalid", OF_A_LENGTH, "password")])
    if await is_guessable(password, about):
        raise Invalid.of([Fault("invalid", GUESSABLE, "password")])
    return password


def _words(call: Call, link: MailLink) -> Words:
    return words_for(link.locale) if link.locale else words_of(call)


def _page(call: Call, link: MailLink, form: Form, *, faults: list[str] | None = None, status: int = 200) -> Answer:
    words = _words(call, link)
    titles = {
        "sign_in": words("Sign in"),
        "invitation": words("Join %(business)s", business=link.business or ""),
        "set_up": words("Set up Leadhall"),
    }
    return plain_page(
        call, "enter.html", words, title=titles[link.act], status=status, link=link, form=form,
        faults=[say_again(fault, words) for fault in faults or ()], countries=countries(words), zones=time_zones(),
        least=PASSWORD_LEAST_CHARS,
    )  # fmt: skip


def _gone(call: Call) -> Answer:
    """Used, too old, never made: one answer for all."""
    words = words_of(call)
    return plain_page(call, "link_gone.html", words, title=words("This link is over"), status=GONE)


_GONE = ErrorCase(410, "not_found", "The link was used, is too old, or was never made.")

OPERATIONS = (
    shown(
        "entry_link", "Link to come in", "/enter/{token}", show_link, policy=ANYBODY, errors=(_GONE,),
        summary="What a link to sign in, an invitation, or the set-up link would do. Opening it changes nothing.",
    ),
    posted(
        "enter", "Come in by a link", "/enter/{token}", press_link, policy=ANYBODY, errors=(_GONE,),
        summary="Takes the link's one use and begins a session.",
    ),
)  # fmt: skip
