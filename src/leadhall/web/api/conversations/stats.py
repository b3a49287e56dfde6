"""`GET /ext/v1/stats`: how fast a business answers, and how many leads came by day and source."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from leadhall.conversations.figures import DayOfSource, read_figures
from leadhall.core.clock import iso_milliseconds, now
from leadhall.core.errors import Fault, Invalid
from leadhall.core.operation import Example, Operation, Policy, Reply
from leadhall.web.api.query import read_time
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.call import Answer, Call

SPAN = timedelta(days=30)
SPAN_MOST = timedelta(days=366)


class StatsQuery(msgspec.Struct, kw_only=True):
    since: Annotated[
        str | None, Meta(description="Leads that came at this time or later, ISO 8601; 30 days before `until`.")
    ] = None
    until: Annotated[str | None, Meta(description="And before this time; now where left out.")] = None


class FirstAnswerItem(msgspec.Struct, kw_only=True):
    leads: int
    answered: int
    median_s: Annotated[
        float | None, Meta(description="Seconds to the first answer of a person, of the leads that have one.")
    ]
    p90_s: float | None


class DayItem(msgspec.Struct, kw_only=True):
    day: Annotated[str, Meta(description="In the business's zone.")]
    source: str | None
    leads: int


class StatsReply(msgspec.Struct, kw_only=True):
    since: str
    until: str
    first_answer: FirstAnswerItem
    leads_per_day: list[DayItem]


async def get_stats(call: Call) -> Answer:
    """Test leads, held ones and spam are left out; auto-replies are no answers."""
    since, until = _span(call.query)
    async with reading(call) as (business, connection):
        found = await read_figures(connection, business.id, since, until)
    answered = found.first_answer
    return Answer(
        StatsReply(
            since=iso_milliseconds(since),
            until=iso_milliseconds(until),
            first_answer=FirstAnswerItem(
                leads=answered.leads, answered=answered.answered, median_s=answered.median_s, p90_s=answered.p90_s
            ),
            leads_per_day=[_day(each) for each in found.leads_per_day],
        )
    )


def _day(each: DayOfSource) -> DayItem:
    return DayItem(day=each.day.isoformat(), source=each.source, leads=each.leads)


def _span(query: StatsQuery) -> tuple[datetime, datetime]:
    """Invalid for a time that cannot be read, for a span that ends before it begins, and over a year."""
    faults: list[Fault] = []
    until = read_time(query.until, "until", faults) or now()
    since = read_time(query.since, "since", faults)
    if faults:
        raise Invalid.of(faults)
    if since is None:
        since = until - min(SPAN, until - datetime.min.replace(tzinfo=UTC))
    if not since < until:
        raise Invalid("since must be before until", field="since")
    if until - since > SPAN_MOST:
        raise Invalid(f"A span is at most {SPAN_MOST.days} days", field="since")
    return since, until


_EXAMPLE = {
    "since": "2026-10-23T09:30:00.123Z",
    "until": "2026-11-22T09:30:00.123Z",
    "first_answer": {"leads": 42, "answered": 40, "median_s": 540.5, "p90_s": 4210.0},
    "leads_per_day": [{"day": "2026-11-22", "source": "Website", "leads": 3}],
}

OPERATIONS = (
    Operation(
        name="get_stats",
        title="Get figures",
        summary="Of the leads of a span of time: the median and the 90th percentile of the time to the first answer, "
        "and how many came by day and source.",
        method="GET",
        path="/ext/v1/stats",
        door="api",
        policy=Policy.tokens("staff", "app", "directory", scopes=("clients:read",)),
        handler=get_stats,
        query=StatsQuery,
        replies=(Reply(200, StatsReply, _EXAMPLE, "The figures."),),
        errors=ERRORS,
        examples=(Example("November", query={"since": "2026-11-01", "until": "2026-12-01"}),),
        tag="Conversations",
    ),
)
