"""What pages of the settings share: their list, and a connection within the business."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from leadhall.core.db import Connection, Scope, scoped
from leadhall.tenancy.sessions import Membership
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import console_page
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import working_for
from leadhall.web.console.words import N_

TABS = (
    ("profile", N_("Business"), "/settings", "settings"),
    ("card", N_("Client card"), "/settings/card", "settings"),
    ("auto_reply", N_("Auto-reply"), "/settings/auto-reply", "settings"),
    ("notices", N_("Notices"), "/settings/notices", "read"),
    ("staff", N_("Team"), "/settings/team", "staff"),
    ("forms", N_("Forms"), "/settings/forms", "settings"),
    ("sources", N_("Sources"), "/settings/sources", "read"),
    ("tokens", N_("Tokens"), "/docs/tokens", "tokens"),
    ("webhooks", N_("Webhooks"), "/docs/webhooks", "apps"),
)
"""Name, label, path, and the right that it takes."""


@asynccontextmanager
async def looking(call: Call, right: str = "settings") -> AsyncIterator[tuple[Membership, Connection]]:
    """Where who asks works, and a connection that sees nothing else."""
    here = working_for(call, right)
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        yield here, connection


async def settings_page(call: Call, template: str, tab: str, **values: Any) -> Answer:
    reader = await reader_of(call)
    label = next(label for name, label, _, _ in TABS if name == tab)
    tabs = [each for each in TABS if call.person.may(each[3])]
    return await console_page(
        call, f"settings/{template}", title=reader.words(label), here="settings", tabs=tabs, tab=tab, **values
    )
