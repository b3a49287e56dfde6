"""Import jobs and what became of their rows, as stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from leadhall.core.db import Connection
from leadhall.core.errors import NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event
from leadhall.transfer.rows import Verdict, told_faults

SQL = statements(__package__, "jobs.sql")
Source = Literal["cli", "api", "app"]
TOLD_MOST = 1_000
"""External ids of each kind that the event at the end names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`taken` of `total` rows are settled. `mapping` is column to field; `validates`: it writes no client."""

    business_id: int
    uid: str
    number: int
    source: Source
    validates: bool
    overrides: bool
    mapping: dict[str, str | None]
    actor: str
    token_uid: str | None
    state: Literal["pending", "processing", "done", "error"]
    error: str | None
    total: int
    taken: int
    created: int
    updated: int
    skipped: int
    failed: int
    created_at: datetime
    updated_at: datetime

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What became of a row of the file."""

    n: int
    state: str
    client_uid: str | None
    external_id: str | None
    faults: list[dict[str, str | None]] | None
    cells: list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    source: Source
    mapping: Mapping[str, str | None]
    sha256: bytes
    total: int
    actor: str
    validates: bool = False
    overrides: bool = False
    token_uid: str | None = None


async def open_job(connection: Connection, business_id: int, new: NewJob, *, content: bytes | None = None) -> Job:
    """A job that waits. With `content` the worker does it; without, whoever opened it."""
    row = await connection.fetchrow(
        SQL["open"],
        business_id,
        mint(),
        *(new.source, new.validates, new.overrides, dict(new.mapping), new.sha256, new.actor, new.token_uid, new.total),
    )
    job = Job(**row)
    if content is not None:
        await connection.execute(SQL["keep_file"], business_id, job.uid, content)
    return job


async def broken_off(connection: Connection, business_id: int, new: NewJob) -> Job | None:
    """A job of the same file, mapping and rule that somebody began at a terminal and did not end."""
    row = await connection.fetchrow(SQL["broken_off"], business_id, new.sha256, dict(new.mapping), new.overrides)
    return Job(**row) if row else None


async def get_job(connection: Connection, business_id: int, uid: str) -> Job:
    """NotFound for one that this business has not."""
    row = await connection.fetchrow(SQL["get"], business_id, uid)
    if row is None:
        raise NotFound("There is no such import job")
    return Job(**row)


async def list_items(
    connection: Connection, business_id: int, uid: str, *, state: str | None = None, after: int = 0, most: int = 25
) -> list[Item]:
    """Rows in the order of the file, from below row `after`."""
    rows = await connection.fetch(SQL["items"], business_id, uid, state, after, most)
    return [Item(**row) for row in rows]


async def settle(connection: Connection, job: Job, verdicts: Sequence[Verdict]) -> Job:
    """Note what became of these rows, in the transaction that wrote them."""
    items = [
        {
            "n": each.row.n,
            "state": each.state,
            "client_uid": each.client_uid,
            "external_id": each.row.external_id,
            "faults": told_faults(each.faults) or None,
            "cells": each.row.cells if each.state == "failed" else None,
        }
        for each in verdicts
    ]
    await connection.execute(SQL["note_items"], job.business_id, job.uid, items)
    counts = [sum(each.state == state for each in verdicts) for state in ("created", "updated", "skipped", "failed")]
    row = await connection.fetchrow(SQL["advance"], job.business_id, job.uid, len(verdicts), *counts)
    return Job(**row)


async def finish(connection: Connection, job: Job, *, error: str | None = None) -> Job:
    """The job is over, its file gone, and unless it only looked, its end told: also by a fault, after any row."""
    row = await connection.fetchrow(SQL["finish"], job.business_id, job.uid, "error" if error else "done", error)
    await connection.execute(SQL["drop_file"], job.business_id, job.uid)
    job = Job(**row)
    if not job.validates:
        facts = {"events": ["bulk_import/done"], "data": await _told_at_the_end(connection, job)}
        await append_event(connection, job.business_id, "import", facts)
    return job


async def _told_at_the_end(connection: Connection, job: Job) -> dict[str, Any]:
    """What `bulk_import/done` says (api.md 3.10)."""
    rows = await connection.fetch(SQL["external_ids"], job.business_id, job.uid, TOLD_MOST)
    named = {row["state"]: row["ids"] for row in rows}
    counts = {"created": job.created, "failed": job.failed, "updated": job.updated, "skipped": job.skipped}
    return {
        "session_id": str(job.number),
        "processed_entity": "clients",
        "import_done": True,
        "page": 1,
        "clients_import_status": {
            state: {"count": count, "external_ids": named.get(state, [])} for state, count in counts.items()
        },
        **({"error": job.error} if job.error else {}),
    }
