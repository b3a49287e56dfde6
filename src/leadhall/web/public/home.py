"""The page at `/`: that it runs; for whoever sits at the machine also how many leads came, and what to do next."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from leadhall.core.ids import LOW_BITS, millisecond_of, now_ms, spell
from leadhall.core.operation import ANYBODY, Operation, Reply
from leadhall.core.sql import statements
from leadhall.web.call import Answer, Call
from leadhall.web.nearness import is_near
from leadhall.web.pages import page, templates
from leadhall.web.readiness import MEANINGS
from leadhall.web.services import Services

log = structlog.get_logger(__name__)

SQL = statements(__package__, "home.sql")
TEMPLATES = templates(__package__)
LATELY_S = 24 * 3600
FRESH_FOR_S = 10.0


@dataclass(frozen=True)
class Lately:
    """Leads of the last day, all businesses together."""

    leads: int
    newest_at: datetime | None


class Home:
    """Answers `/`. The count is asked for at most every ten seconds, and only for who sits at the machine."""

    def __init__(self) -> None:
        self._kept: tuple[float, Lately] | None = None

    async def __call__(self, call: Call) -> Answer:
        services, near = call.services, is_near(call.scope)
        lately = await self._lately(services) if near and services.readiness.state == "ready" else None
        return page(
            call,
            TEMPLATES,
            "home.html",
            ready=services.readiness.state == "ready",
            state=MEANINGS[services.readiness.state] if near else None,
            lately=lately,
            near=near,
            unsafe=services.readiness.faults if near else [],
            url=services.settings.public_url or f"http://127.0.0.1:{services.settings.port}",
        )

    async def _lately(self, services: Services) -> Lately | None:
        if self._kept and time.monotonic() - self._kept[0] < FRESH_FOR_S:
            return self._kept[1]
        try:
            row = await services.worker_pool.fetchrow(SQL["lately"], *_uids_of(LATELY_S))
        except Exception as error:  # the page tells that it runs, whatever the database does
            log.warning("leads not counted", exc_info=error)
            return None
        newest = datetime.fromtimestamp(millisecond_of(row["newest"]) / 1000, UTC) if row["newest"] else None
        self._kept = (time.monotonic(), Lately(row["leads"], newest))
        return self._kept[1]


def _uids_of(seconds: float) -> tuple[str, str]:
    """From the least uid that could have been minted so long ago to one past all of now."""
    now = now_ms()
    return spell((now - int(seconds * 1000)) << LOW_BITS), spell((now + LATELY_S * 1000) << LOW_BITS)


OPERATIONS = (
    Operation(
        name="home",
        title="Home",
        summary="That the server runs.",
        method="GET",
        path="/",
        door="public",
        policy=ANYBODY,
        handler=Home(),
        replies=(Reply(200, None, None, "The page.", media_type="text/html"),),
        prefixed=False,
        tag="Pages",
    ),
)
