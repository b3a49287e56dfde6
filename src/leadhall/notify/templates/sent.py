"""A notice to a member of the staff: made of a template, sent by mail and text, shown in the inbox (the pane).

What became of it is read from its deliveries, and no further than their evidence goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from leadhall.core.db import Connection
from leadhall.core.errors import Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event
from leadhall.notify.templates.content import PART_OF_CHANNEL, filled, is_web_address
from leadhall.notify.templates.templates import Template

SQL = statements(__package__, "sent.sql")
KIND = "staff_notification"
BY_DELIVERY = ("email", "sms")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNotification:
    """`content` is what it says, in its locale and filled in. `email` and `sms` are the histories of both ways."""

    uid: str
    staff_uid: str
    template_code_name: str
    locale: str
    params: dict[str, str]
    delivery_channels: list[str]
    content: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    email: list[str]
    sms: list[str]

    @property
    def push(self) -> str | None:
        """There are no push messages: one that was asked for failed."""
        return "failed" if "push" in self.delivery_channels else None

    @property
    def pane(self) -> str | None:
        if "pane" not in self.delivery_channels:
            return None
        return "read" if self.read_at else "sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotification:
    """`is_test`: by a token of mode test; what would leave is captured."""

    staff_uid: str
    locale: str
    params: Mapping[str, str]
    is_test: bool = False


async def notify_staff(
    connection: Connection, business_id: int, template: Template, new: NewNotification, *, made_by: str
) -> StaffNotification:
    """Make it and let it out, in the caller's transaction. Invalid when a button's address is none once it is filled.

    That the staff member serves the business is the caller's to know.
    """
    content = filled(template.content, new.locale, new.params)
    _check_links(content)
    uid = mint()
    await connection.execute(
        SQL["add"], business_id, uid, new.staff_uid, template.code_name, new.locale, dict(new.params),
        template.delivery_channels, content, made_by,
    )  # fmt: skip
    ways = [each for each in BY_DELIVERY if each in template.delivery_channels and PART_OF_CHANNEL[each] in content]
    if ways:
        facts = {"notification_uid": uid, "staff_uid": new.staff_uid, "channels": ways, "is_test": new.is_test}
        await append_event(connection, business_id, KIND, facts)
    return await get_notification(connection, business_id, uid)


async def get_notification(connection: Connection, business_id: int, uid: str) -> StaffNotification:
    """NotFound when the business has none of that uid."""
    row = await connection.fetchrow(SQL["one"], business_id, uid)
    if row is None:
        raise NotFound("Staff notification not found")
    return _told(row)


async def pane_of(
    connection: Connection, business_id: int, staff_uid: str, *, most: int = 50
) -> list[StaffNotification]:
    """What the inbox shows a member of the staff, the newest first."""
    return [_told(row) for row in await connection.fetch(SQL["pane"], business_id, staff_uid, most)]


async def mark_notification_read(connection: Connection, business_id: int, staff_uid: str, uid: str) -> None:
    """They saw it. A second time, and one that is not theirs, change nothing."""
    await connection.execute(SQL["read"], business_id, staff_uid, uid)


async def content_of(pool: asyncpg.Pool, business_id: int, uid: str) -> tuple[dict[str, Any], str] | None:
    """What a notice says, and its locale, for whoever writes it; None when it is gone."""
    row = await pool.fetchrow(SQL["content"], business_id, uid)
    return (row["content"], row["locale"]) if row else None


def _told(row: Mapping[str, Any]) -> StaffNotification:
    values = dict(row)
    deliveries = values.pop("deliveries")
    asked = values["delivery_channels"]
    email, sms = (history(channel, deliveries) if channel in asked else [] for channel in BY_DELIVERY)
    return StaffNotification(**values, email=email, sms=sms)


def history(channel: str, deliveries: Iterable[Mapping[str, Any]]) -> list[str]:
    """The statuses one after another, as upstream names them; what nobody told us (open, click) is not among them."""
    told = ["in_process"]
    for delivery in deliveries:
        if delivery["channel"] != channel:
            continue
        told += ["deferred"] * delivery["put_off"]
        told += _ENDS.get((delivery["state"], delivery["reason"]), _ENDS.get((delivery["state"], None), []))
        if channel == "sms" and delivery["state"] in {"failed", "given_up"}:
            told[-1] = "failed"
    return told


_ENDS: dict[tuple[str, str | None], list[str]] = {
    ("accepted", None): ["processed"],
    ("delivered", None): ["processed", "delivered"],
    ("failed", None): ["dropped"],
    ("failed", "bounced"): ["processed", "bounce"],
    ("given_up", None): ["dropped"],
    ("suppressed", None): ["dropped"],
    ("skipped", None): ["dropped"],
}


def _check_links(content: Mapping[str, Any]) -> None:
    """The addresses of a mail's buttons."""
    for name, part in content.get("email", {}).items():
        if isinstance(part, dict) and part.get("url") and not is_web_address(part["url"]):
            raise Invalid(f"The address of {name} is no http(s) address once the params are in it", field="params")
