"""Whole conversations in upstream's shapes (api.md 3.4, the v2 family)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from leadhall.conversations.threads import FOLDERS
from leadhall.conversations.whole import Whole
from leadhall.core.clock import iso_milliseconds
from leadhall.web.api.conversations.message_types import MessageItem
from leadhall.web.api.conversations.message_types import shown as shown_message
from leadhall.web.api.paging import Paged


class WholesQuery(Paged, kw_only=True):
    folder: Annotated[str | None, Meta(description=f"{', '.join(FOLDERS)}; anything else is no filter.")] = None
    client_id: Annotated[str | None, Meta(description="Only this client's.")] = None


class ThreadChanges(msgspec.Struct, kw_only=True):
    """What is left out stays as it is."""

    archived: bool | None = None
    business_unread: bool | None = None
    spam: bool | None = None
    deleted: Annotated[bool | None, Meta(description="In the trash.")] = None
    follow_up: bool | None = None
    follow_up_date: Annotated[str | None, Meta(description="A time or a day, ISO 8601; says follow_up besides.")] = None
    follow_up_message: str | None = None
    complete_follow_up: bool | None = None
    campaign: str | None = None
    source_type: str | None = None


class TalkingClient(msgspec.Struct):
    uid: str
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None


class TalkingStaff(msgspec.Struct):
    uid: str
    display_name: str
    email: str | None


class WholeItem(msgspec.Struct, kw_only=True):
    """One conversation with what surrounds it."""

    uid: str
    title: str
    archived: bool
    spam: bool
    deleted: bool
    business_unread: bool
    client_unread: bool
    follow_up: bool
    follow_up_date: str | None
    follow_up_message: str | None
    campaign: str | None
    source_type: str | None
    message_count: int
    last_message: MessageItem | None
    client: TalkingClient
    staff: Annotated[TalkingStaff | None, Meta(description="Whose it is: assigned, else the client's, else the owner.")]
    created_at: str
    updated_at: str


class WholesReply(msgspec.Struct):
    data: list[WholeItem]


def shown(whole: Whole) -> WholeItem:
    thread = whole.thread
    return WholeItem(
        uid=thread.uid,
        title=thread.title,
        archived=thread.archived_at is not None,
        spam=thread.spam_at is not None,
        deleted=thread.deleted_at is not None,
        business_unread=thread.business_unread > 0,
        client_unread=thread.client_unread > 0,
        follow_up=thread.follow_up_since is not None,
        follow_up_date=_time(thread.follow_up_on),
        follow_up_message=thread.follow_up_message,
        campaign=whole.campaign,
        source_type=whole.source_type,
        message_count=whole.message_count,
        last_message=shown_message(whole.last_message) if whole.last_message else None,
        client=TalkingClient(**whole.client),
        staff=TalkingStaff(**whole.staff) if whole.staff else None,
        created_at=iso_milliseconds(thread.created_at),
        updated_at=iso_milliseconds(thread.updated_at),
    )


def _time(at: datetime | None) -> str | None:
    return iso_milliseconds(at) if at else None
