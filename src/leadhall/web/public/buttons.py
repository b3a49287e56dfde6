"""Links of mails: GET shows what a link would do, POST does it, once. Scanners open links and press nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from leadhall.conversations.answered import mark_answered
from leadhall.conversations.by import By
from leadhall.core.db import Connection
from leadhall.core.operation import ANYBODY, Operation, Reply
from leadhall.notify.letters.words import Words, words_in
from leadhall.notify.mail_links import MailLink, find_link, use_link
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.confirmed import confirm_email
from leadhall.tenancy.preferences import set_preferences
from leadhall.web.call import Answer, Call
from leadhall.web.pages import page, templates

TEMPLATES = templates(__package__)
GONE = 410


async def show(call: Call) -> Answer:
    """What the link would do."""
    link = await find_link(call.services.worker_pool, call.path["token"])
    if link is None:
        return _gone(call)
    return _page(
        call, words_in(link.locale), f"{WORDS[link.act]}_title", _told(link), button=f"{WORDS[link.act]}_button"
    )


async def press(call: Call) -> Answer:
    """Do it. The token in the address is all that is needed, so that a mail program may press as well (RFC 8058)."""
    link = await find_link(call.services.worker_pool, call.path["token"])
    if link is None:
        return _gone(call)
    async with call.services.worker_pool.acquire() as connection, connection.transaction():
        if not await use_link(connection, link):
            return _gone(call)
        await ACTS[link.act](connection, link)
        await record_act(
            connection, f"mail_link/{link.act}", link.staff_uid or link.address or "",
            business_id=link.business_id, facts={"conversation_uid": link.conversation_uid},
        )  # fmt: skip
    return _page(call, words_in(link.locale), DONE[link.act], "")


async def _confirm(connection: Connection, link: MailLink) -> None:
    if link.user_id is not None and link.address is not None:
        await confirm_email(connection, link.user_id, link.address)


async def _answered(connection: Connection, link: MailLink) -> None:
    if link.conversation_uid is not None:
        await mark_answered(connection, link.business_id, link.conversation_uid, By(staff_uid=link.staff_uid))


async def _stop(connection: Connection, link: MailLink) -> None:
    if link.staff_uid is not None:
        await set_preferences(connection, link.business_id, link.staff_uid, {"email": False})


ACTS: dict[str, Callable[[Connection, MailLink], Awaitable[None]]] = {
    "verify_email": _confirm,
    "answered": _answered,
    "stop_mail": _stop,
}
WORDS = {"verify_email": "confirm", "answered": "answered", "stop_mail": "stop"}
DONE = {"verify_email": "confirmed", "answered": "answered_done", "stop_mail": "stop_done"}


def _told(link: MailLink) -> str:
    words, contact = words_in(link.locale), link.lead_contact or {}
    name = " ".join(filter(None, (contact.get("first_name"), contact.get("last_name"))))
    return words(
        f"page.{WORDS[link.act]}_text",
        business=link.business or "",
        address=link.address or "",
        name=name or words("notice.someone"),
        title=link.lead_title or "",
    )


def _gone(call: Call) -> Answer:
    """Used, too old, never made: one answer for all."""
    return _page(call, words_in(None), "gone_title", words_in(None)("page.gone_text"), status=GONE)


def _page(call: Call, words: Words, title: str, text: str, *, button: str | None = None, status: int = 200) -> Answer:
    return page(
        call, TEMPLATES, "button.html", status=status, lang=words.language, dir=words.direction,
        title=words(f"page.{title}"), text=text, button=words(f"page.{button}") if button else None,
    )  # fmt: skip


HTML = "text/html"
OPERATIONS = (
    Operation(
        name="show_mail_link",
        title="Show a link of a mail",
        summary="What a link in a mail would do, with a button that does it. Opening it changes nothing.",
        method="GET",
        path="/m/{token}",
        door="public",
        policy=ANYBODY,
        handler=show,
        replies=(
            Reply(200, None, None, "The page.", media_type=HTML),
            Reply(GONE, None, None, "The link was used or is too old.", media_type=HTML),
        ),
        secret=True,
        prefixed=False,
        tag="Pages",
    ),
    Operation(
        name="press_mail_link",
        title="Press the button of a mail",
        summary="Confirm an address, mark a lead as answered, or stop mails. Each link works once.",
        method="POST",
        path="/m/{token}",
        door="public",
        policy=ANYBODY,
        handler=press,
        replies=(
            Reply(200, None, None, "Done.", media_type=HTML),
            Reply(GONE, None, None, "The link was used or is too old.", media_type=HTML),
        ),
        secret=True,
        prefixed=False,
        tag="Pages",
    ),
)
