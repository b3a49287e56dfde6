"""Settings > Sources: where leads of the last ninety days came from, and since when a source has been silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from leadhall.conversations.figures import DayOfSource, read_figures
from leadhall.core.clock import now
from leadhall.web.call import Answer, Call
from leadhall.web.console.rows import shown
from leadhall.web.console.settings.frame import looking, settings_page

DAYS = 90


@dataclass(frozen=True)
class Source:
    """`name` None: the leads named no source."""

    name: str | None
    leads: int
    newest: date


async def show_sources(call: Call) -> Answer:
    at = now()
    async with looking(call, "read") as (here, connection):
        found = await read_figures(connection, here.business_id, at - timedelta(days=DAYS), at)
    return await settings_page(call, "sources.html", "sources", sources=_by_source(found.leads_per_day), days=DAYS)


def _by_source(days: list[DayOfSource]) -> list[Source]:
    """Most leads first."""
    found: dict[str | None, Source] = {}
    for each in days:
        before = found.get(each.source, Source(each.source, 0, each.day))
        found[each.source] = Source(each.source, before.leads + each.leads, max(before.newest, each.day))
    return sorted(found.values(), key=lambda each: (-each.leads, each.name or ""))


OPERATIONS = (
    shown("sources", "Sources", "/settings/sources", show_sources, summary="Where leads of ninety days came from."),
)
