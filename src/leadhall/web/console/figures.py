"""Figures of a business: how fast it answers, and how many leads come a day from where."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from leadhall.conversations.figures import DayOfSource, read_figures
from leadhall.core.clock import now
from leadhall.core.db import Scope, scoped
from leadhall.web.call import Answer, Call
from leadhall.web.console.frame import console_page
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import shown, working_for
from leadhall.web.console.words import Words

PERIODS = (7, 30, 90)
SOURCES_MOST = 5


class FiguresQuery(Struct, kw_only=True):
    """Of which time."""

    days: Annotated[Literal[7, 30, 90], Meta(description="Up to today.")] = 30


@dataclass(frozen=True)
class Chart:
    """Leads a day: a row for every day, a column for each source. None: no source named; "": all others together."""

    days: list[date]
    sources: list[str | None]
    leads: list[list[int]]
    """For each source, in the order of the days."""

    @property
    def rows(self) -> list[tuple[date, list[int], int]]:
        """Newest first, with the day's sum."""
        columns = list(zip(*self.leads, strict=True)) or [()] * len(self.days)
        return [(day, list(each), sum(each)) for day, each in zip(self.days, columns, strict=True)][::-1]


def chart_of(counted: Sequence[DayOfSource], until: date, days: int) -> Chart:
    """Every day of the period, also those without a lead; the largest sources by themselves."""
    span = [until - timedelta(days=back) for back in range(days - 1, -1, -1)]
    sums: Counter[str | None] = Counter()
    for each in counted:
        sums[each.source] += each.leads
    shown_alone = [source for source, _ in sums.most_common(SOURCES_MOST)]
    by_source: dict[str | None, Counter[date]] = defaultdict(Counter)
    for each in counted:
        by_source[each.source if each.source in shown_alone else ""][each.day] += each.leads
    sources = [*shown_alone, *([""] if "" in by_source and "" not in shown_alone else [])]
    return Chart(span, sources, [[by_source[source][day] for day in span] for source in sources])


async def show_figures(call: Call) -> Answer:
    here, reader, at = working_for(call), await reader_of(call), now()
    days = call.query.days
    zone = ZoneInfo(reader.words.zone)
    today = at.astimezone(zone)
    since = today.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        found = await read_figures(connection, here.business_id, since, at)
    chart = chart_of(found.leads_per_day, today.date(), days)
    return await console_page(
        call, "figures.html", title=reader.words("Figures"), here="figures", speed=found.first_answer, chart=chart,
        days=days, periods=PERIODS, drawn=_drawn(chart, reader.words),
    )  # fmt: skip


def _drawn(chart: Chart, words: Words) -> dict[str, object]:
    """What the script draws: days in epoch seconds and as the reader writes them, names, and columns."""
    nameless, others = words("No source named"), words("Others")
    epoch = date(1970, 1, 1)
    names = [nameless if source is None else source or others for source in chart.sources]
    return {
        "days": [(day - epoch).days * 86_400 for day in chart.days],
        "labels": [words.day_and_month(day) for day in chart.days],
        "names": names,
        "leads": chart.leads,
    }


OPERATIONS = (
    shown(
        "figures", "Figures", "/figures", show_figures, query=FiguresQuery,
        summary="The time until the first answer, and leads a day by source.",
    ),
)  # fmt: skip
