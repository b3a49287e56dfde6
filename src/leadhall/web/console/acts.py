"""What is done to one conversation: filed, assigned, answered, its client's card and tags mended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from leadhall.clients.desk import open_desk
from leadhall.clients.edit import edit_client
from leadhall.clients.tagging import tag_clients, untag_clients
from leadhall.conversations import acts
from leadhall.conversations.acts import act_on
from leadhall.conversations.answered import mark_answered
from leadhall.conversations.by import By
from leadhall.conversations.canned import add_canned, remove_canned
from leadhall.conversations.drafts import clear_draft, keep_draft
from leadhall.conversations.leads import get_lead
from leadhall.conversations.messages import send_to_client
from leadhall.conversations.threads import Thread, get_thread
from leadhall.core.errors import Invalid, NotFound
from leadhall.web.call import Answer
from leadhall.web.console.conversation import CONTACT
from leadhall.web.console.rows import Work, done
from leadhall.web.console.told import see
from leadhall.web.head import header

NO_CONTENT = 204
PUT_AWAY = frozenset({"archive", "spam"})


def _by(work: Work) -> By:
    return By(staff_uid=work.here.staff_uid)


def _uid(work: Work) -> str:
    return work.call.path["uid"]


async def _thread(work: Work) -> Thread:
    """NotFound for none of this business."""
    thread = await get_thread(work.connection, work.business_id, _uid(work))
    if thread is None:
        raise NotFound("There is no such conversation")
    return thread


def _one(make: Callable[[Work], acts.Act], told: str) -> tuple[Callable[[Work], acts.Act], str]:
    return make, told


ONE = {
    "archive": _one(lambda _: acts.archive(), "archived"),
    "unarchive": _one(lambda _: acts.unarchive(), "back"),
    "spam": _one(lambda _: acts.mark_spam(), "spam"),
    "not_spam": _one(lambda _: acts.mark_not_spam(), "not_spam"),
    "unread": _one(lambda _: acts.mark_unread(), "unread"),
    "claim": _one(lambda work: acts.claim(work.here.staff_uid), "claimed"),
    "assign": _one(lambda work: acts.assign(work.form.text("staff") or None), "assigned"),
}


async def _act(work: Work) -> Answer:
    """One act; who puts it away goes back to the list."""
    name = work.form.text("act")
    if name == "answered":
        await _thread(work)
        await mark_answered(work.connection, work.business_id, _uid(work), _by(work))
        return see(f"/inbox/{_uid(work)}", "answered")
    if name not in ONE:
        raise Invalid("There is no such act", field="act")
    make, told = ONE[name]
    await act_on(work.connection, work.business_id, _uid(work), [make(work)], _by(work))
    return see("/inbox" if name in PUT_AWAY or name == "unread" else f"/inbox/{_uid(work)}", told)


async def _reply(work: Work) -> Answer:
    """Send what was written, or only keep it."""
    kept: dict[str, Callable[[Work], Awaitable[Answer]]] = {"draft": _draft, "canned": _canned}
    if (other := kept.get(work.form.text("act"))) is not None:
        return await other(work)
    channels = work.form.all("channel")
    if not channels:
        raise Invalid("Choose how to send it: by email or by text", field="channel")
    await send_to_client(
        work.connection, work.business_id, _uid(work), work.form.text("text"), channels=channels, by=_by(work)
    )
    await clear_draft(work.connection, work.business_id, _uid(work), work.here.staff_uid)
    return see(f"/inbox/{_uid(work)}", "sent")


async def _draft(work: Work) -> Answer:
    """Kept as one types; a script that asks gets no page."""
    await keep_draft(
        work.connection, work.business_id, _uid(work), work.here.staff_uid, work.form.text("text"),
        channels=work.form.all("channel"),
    )  # fmt: skip
    if header(work.call.scope, b"hx-request"):
        return Answer(content=b"", content_type=b"text/plain", status=NO_CONTENT)
    return see(f"/inbox/{_uid(work)}", "drafted")


async def _canned(work: Work) -> Answer:
    """Keep what was written for other times too."""
    await _thread(work)
    await add_canned(
        work.connection, work.business_id, work.form.text("title"), work.form.text("text"),
        staff_uid=work.here.staff_uid,
    )  # fmt: skip
    await _draft(work)
    return see(f"/inbox/{_uid(work)}", "saved")


async def _remove_canned(work: Work) -> Answer:
    """One less to choose from; what is written stays as a draft."""
    await _thread(work)
    if gone := work.form.text("remove"):
        await remove_canned(work.connection, work.business_id, gone)
    await _draft(work)
    return see(f"/inbox/{_uid(work)}", "canned_gone" if gone else "nothing")


async def _promote(work: Work) -> Answer:
    """What this lead said of itself becomes what the card says."""
    name = work.form.text("field")
    lead = await get_lead(work.connection, work.business_id, _uid(work))
    value = lead.contact.get(name) if name in CONTACT else None
    if not value:
        raise Invalid("The lead said nothing of this", field="field")
    desk = await open_desk(work.connection, work.business_id, work.here.staff_uid)
    await edit_client(desk, lead.client_uid, {name: value})
    return see(f"/inbox/{_uid(work)}", "promoted")


async def _tags(work: Work) -> Answer:
    """One more, or one less."""
    thread = await _thread(work)
    desk = await open_desk(work.connection, work.business_id, work.here.staff_uid)
    if gone := work.form.text("remove"):
        await untag_clients(desk, [thread.client_uid], [gone])
    else:
        await tag_clients(desk, [thread.client_uid], [work.form.text("tag")])
    return see(f"/inbox/{_uid(work)}", "tagged")


OPERATIONS = (
    done(
        "act", "Act on a conversation", "/inbox/{uid}/act", _act, fields={"act": "archive"},
        summary="Archive, spam, assign, claim, mark as unread or as answered by other means.",
    ),
    done(
        "reply", "Answer", "/inbox/{uid}/reply", _reply, fields={"text": "We come on Monday.", "channel": ["email"]},
        summary="Sends an answer by email or text, or keeps it as a draft or a canned reply.",
    ),
    done(
        "remove_canned", "Delete a canned reply", "/inbox/{uid}/canned", _remove_canned, right="edit",
        summary="One of the business's, for good; what was being written is kept as a draft.",
        fields={"remove": "0m5x4kq2v7c1y1ab"},
    ),
    done(
        "promote", "Promote to the card", "/inbox/{uid}/promote", _promote, right="edit", fields={"field": "phone"},
        summary="What the lead said of itself becomes what the client card says.",
    ),
    done(
        "tags", "Tag a client", "/inbox/{uid}/tags", _tags, right="edit", fields={"tag": "kitchen"},
        summary="Adds or removes one.",
    ),
)  # fmt: skip
