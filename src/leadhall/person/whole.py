"""All of one person, in every room: looked for once, then given out or erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from leadhall.clients.person import Traces, traces_of, uids_of
from leadhall.conversations.person import Spoken, spoken_of
from leadhall.core.db import Connection
from leadhall.requestlog.marks import RowsOf

Mark = Callable[[str], bytes]
"""`InstanceKey.mark`: by which the request log knows a person's rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What somebody is known by, where they spoke, and which rows of the request log are about them.

    `said`: the rows by which they are known to others; `rows`: also those in which somebody asked for their uid.
    """

    traces: Traces
    spoken: Spoken
    said: RowsOf
    rows: RowsOf

    @property
    def addresses(self) -> list[str]:
        return [*self.traces.emails, *self.traces.phones]


async def find_person(connection: Connection, business_id: int, uid: str, mark: Mark) -> Person:
    """A client and those merged into it, held. NotFound for one that never was, or was merged into another."""
    uids = await uids_of(connection, business_id, uid)
    spoken = await spoken_of(connection, business_id, uids)
    traces = await traces_of(connection, business_id, uids, spoken.contacts)
    said = RowsOf(
        emails=[mark(email) for email in traces.emails],
        phones=[mark(phone) for phone in traces.phones],
        unique_ids=[mark(text) for text in traces.unique_ids],
        lead_uids=spoken.conversation_uids,
        request_uids=spoken.request_uids,
        uids=uids,
        addresses=[*traces.emails, *traces.phones],
    )
    rows = replace(said, unique_ids=[*said.unique_ids, *map(mark, uids)])
    return Person(traces=traces, spoken=spoken, said=said, rows=rows)
