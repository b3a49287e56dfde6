"""`python -m bench.portal --rows 1000000`: what pages of the portal cost over a long request log. One JSON object.

The rows are one business's, over the 90 days that are kept, a partition a day, one in fifty refused. Each page is
asked for in turn, as its owner's browser does, on one connection; milliseconds are of the whole answer on loopback.
`make bench-growth` measures the same within its own database.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.database import Postgres, postgres
from bench.ours import SERVE, World, make_world, serving
from bench.processes import end_in_order
from bench.visits import Visitor, heaviest, worst
from leadhall.core.db import Database
from leadhall.core.ids import LOW_BITS, spell

DATABASE = "portal"
MUST_P95_MS, MUST_KB = 50.0, 300.0
KEPT, PORTION = timedelta(days=89), 50_000
MAKE_DAYS = """
    do $$ declare day date; begin
        for day in select generate_series(current_date - 90, current_date - 1, interval '1 day')::date loop
            execute format('create table if not exists %I partition of request_log for values from (%L) to (%L)',
                           'request_log_' || to_char(day, 'YYYYMMDD'), day, day + 1);
        end loop;
    end $$"""
COLUMNS = ("business_id", "uid", "at", "operation", "status", "verdict", "user_agent", "duration_us", "content_type")
WORDS = "word " * 120


def bench(rows: int, folder: Path | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="leadhall-portal-logs-") as logs, postgres(folder) as running:
        running.make(DATABASE, schema=False)
        world = make_world(Database(running.login(DATABASE).asyncpg_kwargs()))
        uids = fill(running, DATABASE, world.business_ids[0], rows)
        print(f"{rows:,} rows, {running.size_bytes(DATABASE) / 1e9:.2f} GB", file=sys.stderr)
        with serving(running, Path(logs), DATABASE, SERVE, world) as target:
            found = portal(target.server.port, world, uids)
    told = {"rows": rows, "worst_p95_ms": worst(found), "must_p95_ms": MUST_P95_MS}
    told |= {"heaviest_kb": heaviest(found), "must_kb": MUST_KB, "pages": found}
    return told | {"load_average": [round(each, 2) for each in os.getloadavg()], "cores": os.cpu_count()}


def fill(running: Postgres, database: str, business_id: int, rows: int) -> list[str]:
    """A log of that many rows, evenly over its days. Three uids of it: the newest, one in the middle, the oldest."""
    began = datetime.now(UTC) - KEPT
    step = (KEPT - timedelta(minutes=1)) / rows
    asyncio.run(_fill(Database(running.login(database).asyncpg_kwargs()), business_id, rows, began, step))
    return [_uid(began + step * n, n) for n in (rows - 1, rows // 2, 0)]


async def _fill(database: Database, business_id: int, rows: int, began: datetime, step: timedelta) -> None:
    connection = await database.connect("owner", command_timeout=None)
    try:
        await connection.execute(MAKE_DAYS)
        for start in range(0, rows, PORTION):
            portion = _rows(business_id, range(start, min(start + PORTION, rows)), began, step)
            columns = (*COLUMNS, "body", "facts")
            await connection.copy_records_to_table("request_log", records=portion, columns=columns)
        await connection.execute("analyze request_log")
    finally:
        await connection.close()


def _rows(business_id: int, numbers: range, began: datetime, step: timedelta) -> Iterator[tuple[Any, ...]]:
    for n in numbers:
        at, is_refused = began + step * n, n % 50 == 0
        body = f'{{"email": "{_someone(n)}@example.com", "text": "{WORDS}"}}'.encode()
        yield (
            *(business_id, _uid(at, n), at, "list_clients" if n % 5 == 0 else "create_lead"),
            *(422 if is_refused else 201, "needs_attention" if is_refused else "accepted"),
            *("Mozilla/5.0 (X11; Linux x86_64)", 4_200, "application/json", body, {}),
        )


def _uid(at: datetime, n: int) -> str:
    return spell((int(at.timestamp() * 1000) << LOW_BITS) + n)


def _someone(n: int) -> str:
    return f"someone{n}"


def portal(port: int, world: World, uids: list[str]) -> dict[str, dict[str, float]]:
    """p50 and p95 of each page, in milliseconds, and its weight. `uids` as `fill` told them."""
    with Visitor(port) as visitor:
        visitor.log_in("/docs/login", token=world.secret)
        return visitor.visit(_pages(*uids))


def _pages(newest: str, middle: str, oldest: str) -> dict[str, str]:
    def history(**filters: Any) -> str:
        return f"/docs/requests?{urlencode(filters)}"

    days_ago = (datetime.now(UTC) - KEPT / 2).date().isoformat()
    return {
        "reference": "/docs/reference/create-a-lead",
        "recent": "/docs/recent/create-a-lead",
        "history": "/docs/requests",
        "deep": history(below=middle),
        "refused": history(verdict="needs_attention"),
        "nothing_matches": history(status=418),
        "a_rare_operation": history(operation="get_lead"),
        "a_rare_operation_deep": history(operation="get_lead", below=middle),
        "a_day": history(since=days_ago, until=days_ago),
        "until_a_day": history(until=days_ago),
        "text": history(text="someone"),
        "text_that_is_not_there": history(text="nowhere"),
        "newest_request": f"/docs/requests/{newest}",
        "oldest_request": f"/docs/requests/{oldest}",
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.portal", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the request log")
    parser.add_argument("--folder", type=Path, help="where the throw-away data lies: 1 GB a million rows")
    asked = parser.parse_args()
    end_in_order()
    found = bench(asked.rows, asked.folder)
    print(json.dumps(found, indent=1))
    return 0 if found["worst_p95_ms"] <= MUST_P95_MS and found["heaviest_kb"] < MUST_KB else 1


if __name__ == "__main__":
    sys.exit(main())
