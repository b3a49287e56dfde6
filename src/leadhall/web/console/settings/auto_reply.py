"""Settings > Auto-reply: the business's own wording, with a preview while it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leadhall.core.errors import Fault, Invalid
from leadhall.notify.letters.facts import BusinessFacts
from leadhall.notify.letters.wording import SETTING, Wording, WordingFault, check_wording, read_wording, render_wording
from leadhall.notify.letters.words import words_in
from leadhall.tenancy.businesses import Business, BusinessChange, get_business, tell_more, update_business
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import plain_page
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import Work, done, shown
from leadhall.web.console.settings.frame import looking, settings_page
from leadhall.web.console.told import see
from leadhall.web.form import Form
from leadhall.web.head import header

HERE = "/settings/auto-reply"
EXAMPLE_NAME = "Dana"


@dataclass(frozen=True)
class Preview:
    """As Dana would get it; or what is wrong with it."""

    subject: str = ""
    text: str = ""
    fault: str | None = None


async def show_auto_reply(call: Call) -> Answer:
    async with looking(call) as (here, connection):
        business = await get_business(connection, here.business_uid)
    wording = read_wording(business.settings)
    return await _page(call, business, wording or _ours(business), is_own=wording is not None)


async def _page(call: Call, business: Business, wording: Wording, *, is_own: bool) -> Answer:
    return await settings_page(
        call, "auto_reply.html", "auto_reply", wording=wording, is_own=is_own, preview=_preview(business, wording),
        example=EXAMPLE_NAME,
    )  # fmt: skip


def _ours(business: Business) -> Wording:
    """What goes out while the business has no wording of its own."""
    words = words_in(business.locale)
    name = "{{ business.name }}"
    return Wording(words("auto_reply.subject", business=name), words("auto_reply.text", business=name))


def _preview(business: Business, wording: Wording) -> Preview:
    try:
        subject, text = render_wording(wording, _facts(business), EXAMPLE_NAME)
    except WordingFault as fault:
        return Preview(fault=str(fault))
    return Preview(subject, text)


def _facts(business: Business) -> BusinessFacts:
    return BusinessFacts(
        id=business.id, uid=business.uid, name=business.name, directory="", email=business.email, phone=business.phone,
        website_url=business.website_url, country=business.country, time_zone=business.time_zone,
        locale=business.locale, status_labels=business.status_labels, settings={},
    )  # fmt: skip


def _wording(form: Form) -> Wording:
    return Wording(form.text("subject"), form.text("text").replace("\r\n", "\n"))


async def _show_preview(work: Work) -> Answer:
    """What would become of what is typed: to a script alone, else with the page. Nothing is kept."""
    business, wording = await get_business(work.connection, work.here.business_uid), _wording(work.form)
    if header(work.call.scope, b"hx-request") is None:
        return await _page(work.call, business, wording, is_own=True)
    reader = await reader_of(work.call)
    return plain_page(
        work.call, "settings/preview.html", reader.words, title="", preview=_preview(business, wording),
        example=EXAMPLE_NAME,
    )  # fmt: skip


async def _save(work: Work) -> Answer:
    """Keep it, or with `ours` go back to our words. Invalid says what cannot be rendered."""
    business = await get_business(work.connection, work.here.business_uid)
    if work.form.has("ours"):
        rest: dict[str, Any] = {name: value for name, value in business.settings.items() if name != SETTING}
        await update_business(work.connection, business.uid, BusinessChange(settings=rest))
        return see(HERE, "saved")
    wording = _wording(work.form)
    try:
        check_wording(wording)
    except WordingFault as fault:
        raise Invalid.of([Fault("invalid", str(fault), "text")]) from None
    await tell_more(work.connection, business.id, {SETTING: {"subject": wording.subject, "text": wording.text}})
    return see(HERE, "saved")


_EXAMPLE = {"subject": "Thank you", "text": "Hi {{ first_name | default: 'there' }}, we will write soon."}
OPERATIONS = (
    shown("auto_reply", "Auto-reply", HERE, show_auto_reply, summary="What thanks a lead that asks for it."),
    done(
        "save_auto_reply", "Save the auto-reply", HERE, _save, right="settings",
        summary="The business's own wording, or ours again.", fields=_EXAMPLE,
    ),
    done(
        "preview_auto_reply", "Preview the auto-reply", "/settings/auto-reply/preview", _show_preview,
        right="settings", summary="What would be sent; nothing is kept.", fields=_EXAMPLE,
    ),
)  # fmt: skip
