"""The page of a form: hosted at `/<business>/contact/`, or opened by its key; and the thanks after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from leadhall.clients.fields import list_fields
from leadhall.core.clock import now
from leadhall.core.db import Scope, scoped
from leadhall.core.errors import NotFound
from leadhall.core.ids import mint
from leadhall.core.operation import ANYBODY, ErrorCase, Operation, Reply
from leadhall.forms import answers
from leadhall.forms.keys import LiveForm
from leadhall.forms.page import questions
from leadhall.forms.stamp import stamp
from leadhall.notify.letters.words import words_in
from leadhall.web.call import Answer, Call
from leadhall.web.pages import page, templates

TEMPLATES = templates(__package__)
NOT_FOUND = 404
ANY_PAGE = ("*",)


class FormQuery(Struct, kw_only=True):
    """How the page is shown."""

    sent: Annotated[bool, Meta(description="Say thanks: where the page goes on after it was sent.")] = False


async def show_contact_page(call: Call) -> Answer:
    """The form of a business, under its uid."""
    try:
        form = await call.services.forms.of_business(call.path["business_uid"])
    except NotFound:
        return no_form(call)
    return await form_page(call, form, sent=call.query.sent)


async def show_form(call: Call) -> Answer:
    """The form of a key."""
    try:
        form = await call.services.forms.of_key(call.path["key"])
    except NotFound:
        return no_form(call)
    return await form_page(call, form, sent=call.query.sent)


async def form_page(
    call: Call,
    form: LiveForm,
    *,
    sent: bool = False,
    status: int = 200,
    given: Mapping[str, Any] | None = None,
    faults: Sequence[str | None] = (),
    trouble: str | None = None,
) -> Answer:
    """The page; after a post that was refused with what was typed, the names at fault, and our word for why."""
    business = await call.services.businesses.facts(form.business_id)
    async with scoped(call.services.app_pool, Scope.of([form.business_id])) as connection:
        asked, consent = questions(await list_fields(connection, form.business_id))
    words = words_in(business.locale)
    typed = dict(given or {})
    return page(
        call, TEMPLATES, "form.html", status=status, framed_by=form.origins or ANY_PAGE,
        goes_to=_origin(form.settings.thanks_url), words=words, business=business.name,
        form=form, sent=sent, asked=asked, consent=consent, typed=typed, faults=faults, trouble=trouble,
        began=typed.get(answers.BEGAN) or stamp(call.services.key, form.uid, now()),
        once=typed.get(answers.ONCE) or mint(), names=answers,
    )  # fmt: skip


def no_form(call: Call) -> Answer:
    """Revoked, closed, never made: one answer for all."""
    words = words_in(None)
    return page(
        call, TEMPLATES, "button.html", status=NOT_FOUND, lang=words.language, dir=words.direction,
        title=words("form.none_title"), text=words("form.none_text"), button=None,
    )  # fmt: skip


def _origin(url: str) -> tuple[str, ...]:
    """Where the browser may go on to once the form was sent."""
    parts = urlsplit(url)
    return (f"{parts.scheme}://{parts.netloc}",) if url else ()


def _page_of(name: str, title: str, path: str, handler: Any, what: str) -> Operation:
    return Operation(
        name=name,
        title=title,
        summary=f"{what} A page for people; it can be shown in the pages that the form key lists.",
        method="GET",
        path=path,
        door="public",
        policy=ANYBODY,
        handler=handler,
        query=FormQuery,
        replies=(
            Reply(200, None, None, "The page.", media_type="text/html"),
            Reply(NOT_FOUND, None, None, "There is no form here.", media_type="text/html"),
        ),
        errors=(
            ErrorCase(400, "unreadable", "The query cannot be read."),
            ErrorCase(400, "duplicate_key", "A parameter stands twice."),
            ErrorCase(422, "invalid", "A parameter cannot be read."),
            ErrorCase(503, "unavailable", "The database is away."),
        ),
        prefixed=False,
        tag="Public form",
    )


OPERATIONS = (
    _page_of(
        "show_contact_page", "Show the contact page", "/{business_uid}/contact/", show_contact_page,
        "The contact form of a business.",
    ),
    _page_of("show_form", "Show a form", "/f/{key}", show_form, "The form of a form key."),
)  # fmt: skip
