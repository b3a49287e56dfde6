"""What all pages of the console share: the reader's words, the menu with its counts, templates, how refusals look."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Environment

from leadhall.core.errors import Refusal, Unauthorized
from leadhall.web.answers import Header
from leadhall.web.call import Answer, Call
from leadhall.web.console.menu import menu_of
from leadhall.web.console.reader import reader_of, words_of_whoever
from leadhall.web.console.saying import say_again
from leadhall.web.console.told import told_of
from leadhall.web.console.words import LANGUAGES, N_, Words
from leadhall.web.form import local_path
from leadhall.web.head import address, header
from leadhall.web.pages import page, templates

UNAUTHORIZED = 401
HEADINGS = {
    400: N_("This could not be read"),
    401: N_("You may not do this"),
    404: N_("There is no such page"),
    409: N_("This is being done already"),
    422: N_("This cannot be done so"),
    429: N_("Too often"),
    503: N_("Please try again in a moment"),
}
ELSE = N_("This did not work")


@cache
def environment(language: str) -> Environment:
    """The templates with one language's words in them."""
    made = templates(__package__ or "")
    made.add_extension("jinja2.ext.i18n")
    words = Words(language)

    def gettext(text: str) -> str:
        return words(text)

    def ngettext(one: str, several: str, number: int) -> str:
        return words.form(one, several, number)

    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined] # comes with the extension
    made.globals["icon"] = made.get_template("icons.html").module.icon  # type: ignore[attr-defined] # a macro of its own
    return made


async def console_page(
    call: Call,
    template: str,
    *,
    title: str,
    here: str = "",
    headers: tuple[Header, ...] = (),
    goes_to: tuple[str, ...] = (),
    **values: Any,
) -> Answer:
    """A page within the frame. `here` is the entry of the menu that the reader is in; `goes_to` as in `pages.page`."""
    person = call.person
    reader = await reader_of(call)
    menu = await menu_of(call, here)
    return _rendered(
        call, template, reader.words, 200, headers, title=title, here=here, person=person, reader=reader, menu=menu,
        csrf=person.csrf, may=person.may, told=told_of(call, reader.words), goes_to=goes_to,
        in_place=header(call.scope, b"hx-request") is not None, **values,
    )  # fmt: skip


def plain_page(
    call: Call,
    template: str,
    words: Words,
    *,
    title: str,
    status: int = 200,
    headers: tuple[Header, ...] = (),
    **values: Any,
) -> Answer:
    """A page outside the frame, for who has not come in."""
    return _rendered(call, template, words, status, headers, title=title, **values)


def _rendered(
    call: Call, template: str, words: Words, status: int, headers: tuple[Header, ...], **values: Any
) -> Answer:
    return page(
        call, environment(words.language), template, status=status, also=headers, words=words,
        now=datetime.now(UTC), languages=LANGUAGES, **values,
    )  # fmt: skip


async def refused(call: Call, refusal: Refusal, status: int, headers: tuple[Header, ...]) -> Answer:
    """A refusal as a page. Who has not signed in gets the page where one does, which leads back here."""
    words = words_of_whoever(call)
    if call.signed_in is None and isinstance(refusal, Unauthorized):
        return plain_page(
            call, "sign_in.html", words, title=words("Sign in"), status=UNAUTHORIZED, headers=headers,
            onward=_onward(call), fault=None, email="",
        )  # fmt: skip
    heading = words(HEADINGS.get(status, ELSE))
    faults = [say_again(fault.message, words) for fault in refusal.faults]
    return plain_page(
        call, "refused.html", words, title=heading, status=status, headers=headers, faults=faults, back=_back(call)
    )


def _back(call: Call) -> str:
    """The page of ours that it was asked from, blank for none: a browser keeps what was typed there."""
    parts = address(header(call.scope, b"referer") or "")
    came_from = local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path, "")
    is_ours = parts.netloc == header(call.scope, b"host")
    return came_from if is_ours and came_from != call.scope["path"] else ""


def _onward(call: Call) -> str:
    if call.scope["method"] != "GET":
        return "/inbox"
    query = call.scope["query_string"].decode("latin-1")
    return str(call.scope["path"]) + (f"?{query}" if query else "")
