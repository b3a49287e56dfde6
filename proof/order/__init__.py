"""Order of the acknowledgement, seen by strace: fdatasync of the WAL, then COMMIT's reply, then the 201."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.processes import Server

from proof.frame import Run, own_folder
from proof.hall import Hall, hall
from proof.order.posting import post_a_lead
from proof.order.recording import recorded
from proof.order.trace import Found, look_through

LONE, CROWDED, CALLERS = 120, 120, 8
POSTS_NEEDED = 200
NO_SYNC = {"synchronous_commit": "off", "wal_writer_delay": "10s"}


def prove(run: Run) -> None:
    """Some posts one by one, some from several callers at once; then the same where a commit does not wait."""
    posts = 40 if run.quick else LONE + CROWDED
    lines, sent = _trace_of(run, posts, None)
    found = look_through(lines)
    run.count(posts=sent, answered=found.answered, in_order=found.in_order, commits=found.commits)
    run.expect(f"at least {POSTS_NEEDED} posts answered 201", run.quick or found.answered >= POSTS_NEEDED)
    run.expect("every post answered 201", sent == posts == found.answered)
    run.expect("every 201 after its commit's reply, every reply after its fdatasync", found.faults == [])
    run.say(f"{found.in_order} of {found.answered} in order, {found.commits} commits")
    _controls(run, lines)


def _controls(run: Run, lines: list[str]) -> None:
    off = look_through(_trace_of(run, 40, NO_SYNC)[0])
    run.control("synchronous_commit off", caught=_all_unsynced(off), answered=off.answered, faults=len(off.faults))
    unsynced = look_through([line for line in lines if "fdatasync" not in line])
    run.control("no fdatasync in the recording", caught=_all_unsynced(unsynced), faults=len(unsynced.faults))
    hasty = look_through(sorted(lines, key=lambda line: "HTTP/1.1 201" not in line))
    run.control(
        "every 201 moved to the front", caught=len(hasty.faults) >= hasty.answered > 0, faults=len(hasty.faults)
    )


def _all_unsynced(found: Found) -> bool:
    """Most: the WAL writer may have come just in time for some."""
    return found.answered > 0 and len(found.faults) > found.commits / 2


def _trace_of(run: Run, posts: int, settings: Mapping[str, str] | None) -> tuple[list[str], int]:
    """The recording of so many posts, and how many were answered 201."""
    with own_folder(run.name) as folder, hall(folder, settings=settings) as our:
        server = our.server("server")
        try:
            server.await_port()
            post_a_lead(server, our.world, "first")  # opens the connections
            return _record(folder, our, server, posts)
        finally:
            server.stop()


def _record(folder: Path, our: Hall, server: Server, posts: int) -> tuple[list[str], int]:
    lone = range(posts // 2)
    with recorded(folder / "trace", [server.pid, *our.processes()]) as read, ThreadPoolExecutor(CALLERS) as callers:
        statuses = [post_a_lead(server, our.world, f"lone {n}") for n in lone]
        statuses += callers.map(lambda n: post_a_lead(server, our.world, f"crowd {n}"), range(posts // 2, posts))
    return read(), statuses.count(201)
