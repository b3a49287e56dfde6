"""The inbox."""

from __future__ import annotations

from leadhall.conversations.threads import list_threads
from leadhall.core.db import Scope, scoped
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import console_page
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import shown, working_for
from leadhall.web.console.told import see


async def show_inbox(call: Call) -> Answer:
    if call.person.membership is None:
        return see("/welcome")
    here, reader = working_for(call), await reader_of(call)
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        threads = await list_threads(connection, here.business_id, folder="inbox")
    return await console_page(call, "inbox.html", title=reader.words("Inbox"), here="inbox", threads=threads)


OPERATIONS = (
    shown("inbox", "Inbox", "/inbox", show_inbox, summary="The leads of a business, oldest unanswered first."),
)
