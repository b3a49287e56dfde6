"""Hostile: framings that two readers read in two ways, documents that nobody should send, and a thousand slow callers.

All of it against `leadhall serve` in a process of its own. What is accepted must read back as it was sent.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.processes import Server

from leadhall.app import TABLE
from leadhall.core.db import Database
from proof.frame import Run, own_folder
from proof.hall import Hall, hall
from proof.hostile.documents import DOORS, Sent, documents_for, judge, send_all, stored_leads
from proof.hostile.framings import SMUGGLED, framings
from proof.hostile.gullible import gullible
from proof.hostile.operations import attempts, try_all
from proof.hostile.slow import beside_the_slow, file_limit
from proof.hostile.sockets import Heard, hear_all
from proof.isolation.ground import Ground, Login

FRAMINGS_NEEDED, DOCUMENTS_NEEDED = 30, 400
ATTEMPTS_MOST = 6_000
SLOW, SLOW_S = 1_000, 12.0
SLOW_BESIDES = 60  # for those that are just being opened again
P99_MOST_MS = 250.0
OURS_FROM = 500


def prove(run: Run) -> None:
    """Framings, documents, the other operations, slow callers; then what must be caught."""
    with own_folder(run.name) as folder, hall(folder) as our:
        server = our.server("server")
        try:
            server.await_port()
            _framings(run, our, server)
            kept = _documents(run, our, server)
            _slow(run, our, server)
            _operations(run, our, server)
            run.expect("the server lives and answers", server.listens())
            logged = _faults_logged(folder)
            run.count(faults_logged=logged[:5])
            run.expect("the server logged no fault of its own", not logged)
        finally:
            server.stop()
    _controls(run, our, kept)


def _faults_logged(folder: Path) -> list[str]:
    lines = (folder / "server.log").read_text(errors="replace").splitlines()
    return [line[:300] for line in lines if re.search(r"^\S+ (error|critical)\b|Traceback|panicked", line)]


def _framings(run: Run, our: Hall, server: Server) -> None:
    heard = hear_all(server.port, framings(our.world.headers()))
    found = faults_of(heard)
    smuggled = our.rows("select count(*) from conversation where title = $1", SMUGGLED)[0][0]
    run.count(
        framings=len(heard),
        by_kind=dict(Counter(each.framing.kind for each in heard)),
        framing_faults=found,
        smuggled=smuggled,
    )
    run.expect(f"at least {FRAMINGS_NEEDED} framings", len(heard) >= FRAMINGS_NEEDED)
    run.expect(
        f"no framing answered 5xx, taken though broken, or taken where the connection stays open: {found}", not found
    )
    run.expect("0 leads smuggled", smuggled == 0)
    run.say(f"{len(heard)} framings, {len(found)} faults, {smuggled} smuggled")


def faults_of(heard: Sequence[Heard]) -> list[str]:
    """What was answered as it must not be, in words."""
    return [f"{each.framing.name}: {words}" for each in heard for words in _faults_of_one(each)]


def _faults_of_one(heard: Heard) -> list[str]:
    kind, told = heard.framing.kind, [*heard.statuses, *heard.after]
    return [
        *([f"answered {told}"] if any(status >= OURS_FROM for status in told) else []),
        *(["stays open"] if kind == "ambiguous" and heard.stays_open else []),
        *(["is accepted"] if kind == "broken" and heard.is_accepted else []),
        *([f"is refused: {told}"] if kind == "good" and not (heard.is_accepted and heard.after) else []),
    ]


class Kept(NamedTuple):
    """What was sent and what was stored of it, for the controls."""

    sent: list[Sent]
    stored: dict[str, dict[str, Any]]
    read_back: int


def _documents(run: Run, our: Hall, server: Server) -> Kept:
    headers, url = {"Authorization": our.world.headers()["Authorization"]}, f"http://127.0.0.1:{server.port}"
    count = 150 if run.quick else None
    sent: list[Sent] = []
    for path in DOORS:
        documents = documents_for(our.world.business_uids[0], count, run.chance(path), first=len(sent))
        sent += asyncio.run(send_all(url, headers, documents, path))
    stored = stored_leads(our)
    found = judge(sent, stored)
    run.count(
        documents=found.sent,
        document_statuses=dict(found.statuses),
        misjudged=found.misjudged[:10],
        read_back=found.read_back,
        changed=found.changed[:10],
    )
    run.expect(f"at least {DOCUMENTS_NEEDED} documents", run.quick or found.sent >= DOCUMENTS_NEEDED)
    run.expect(f"each document has the answer it must have: {found.misjudged[:3]}", not found.misjudged)
    run.expect(f"what was accepted reads back equal: {found.changed[:3]}", not found.changed and found.read_back > 0)
    run.say(
        f"{found.sent} documents, {len(found.misjudged)} misjudged, {found.read_back} read back,"
        f" {len(found.changed)} changed"
    )
    return Kept(sent, stored, found.read_back)


def _slow(run: Run, our: Hall, server: Server) -> None:
    files = file_limit(SLOW)
    waited = asyncio.run(
        beside_the_slow(server.port, our.world.headers(), SLOW + SLOW_BESIDES, 4.0 if run.quick else SLOW_S)
    )
    p99_ms = waited.p99_ms()
    run.count(
        slow_connections=waited.open_at_least, slow_reopened=waited.reopened, file_limit=files,
        honest_requests=len(waited.seconds), honest_statuses=dict(waited.statuses), honest_p99_ms=round(p99_ms, 1),
    )  # fmt: skip
    run.expect(f"{SLOW} slow connections (open files: {files})", waited.open_at_least >= SLOW)
    run.expect("every honest request is answered 201 beside them", set(waited.statuses) == {201})
    run.expect(f"honest requests' p99 within {P99_MOST_MS:.0f} ms", p99_ms <= P99_MOST_MS)
    run.say(f"beside {waited.open_at_least} slow connections {len(waited.seconds)} honest ones, p99 {p99_ms:.0f} ms")


def _operations(run: Run, our: Hall, server: Server) -> None:
    """On the ground of the isolation matrix, where every operation has something to work on."""

    async def lay_and_try() -> Any:
        ground = await Ground.laid(Login(our.dsn, Database(our.login)))
        try:
            tries = attempts(TABLE, ground, run.chance("operations"), 300 if run.quick else ATTEMPTS_MOST)
            return await try_all(f"http://127.0.0.1:{server.port}", tries)
        finally:
            await ground.close()

    tried = asyncio.run(lay_and_try())
    run.count(
        attempts=tried.attempts, attempted_operations=len(tried.operations), attempt_statuses=dict(tried.statuses),
        attempt_faults=tried.faults[:10],
    )  # fmt: skip
    run.expect(f"no operation answers 5xx or breaks off: {tried.faults[:3]}", not tried.faults)
    run.say(f"{tried.attempts} attempts at {len(tried.operations)} operations, {len(tried.faults)} faults")


def _controls(run: Run, our: Hall, kept: Kept) -> None:
    with gullible() as port:
        believed = [each for each in faults_of(hear_all(port, framings(our.world.headers()))) if "stays open" in each]
    run.control("a server that believes every length", caught=len(believed) >= 10, faults=len(believed))
    changed = judge(kept.sent, {uid: _lossy(row) for uid, row in kept.stored.items()}).changed
    run.control("what is stored loses its accents", caught=bool(changed), changed=len(changed))
    absent = judge(kept.sent, {}).changed
    run.control("nothing is stored", caught=len(absent) == kept.read_back > 0, changed=len(absent))
    failing = [each._replace(status=500) for each in kept.sent[:50]]
    run.control("every answer is a 500", caught=len(judge(failing, kept.stored).misjudged) == len(failing))


def _lossy(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as a database of another encoding would have it."""
    return {**row, **{name: row[name].encode("ascii", "ignore").decode() for name in ("title", "parts", "contact")}}
