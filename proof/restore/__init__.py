"""Restore: a dump made under load, and one made in calm; spoilt in many ways, each refused before anything is touched;
brought back on another machine's folder, row by row as it was, and silent until somebody says otherwise.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from bench.processes import beside

from leadhall.cluster.binaries import locate
from leadhall.cluster.cluster import open_cluster
from leadhall.cluster.dsn import Dsn
from leadhall.cluster.errors import BackupFault
from leadhall.cluster.locks import turn
from leadhall.cluster.place import Place
from leadhall.cluster.restore import restore
from proof.crash.callers import Caller, Told
from proof.crash.checker import look_up
from proof.crash.sends import LEFT, an_owner
from proof.frame import Run, own_folder
from proof.hall import Hall, hall
from proof.restore.harms import HARMS, copied
from proof.restore.holding import Holding, different, holding, rows_of, schemas
from proof.sinks import Sinks, sinks

CALLERS = 8
BEFORE_S, AFTER_S = 1.5, 0.5
SILENT_S, SENT_WITHIN_S = 4.0, 20.0
PROGRAM_WITHIN_S = 60.0
ADDED_ONLY = ("lead", "message", "consent")
"""Tables whose rows stay as they were written, whatever comes after."""
DISPATCHING = {"LEADHALL_DISPATCH": "on"}
ONE = "where ctid = (select min(ctid) from leadhall.message)"
BREAKING = {
    "a row less": f"delete from leadhall.message {ONE}",
    "a letter more": f"update leadhall.message set kind = kind || '.' {ONE}",
}


@dataclass(frozen=True)
class Backups:
    """`acked` was acknowledged before the first of them began; `held` is what the second holds."""

    loaded: Path
    calm: Path
    acked: list[Told]
    all_told: list[Told]
    held: Holding
    rows: dict[str, set[str]]


def prove(run: Run) -> None:
    with own_folder(run.name) as folder, hall(folder) as our, sinks(folder / "sinks", run.seed, drop=0.0) as wires:
        backups = _back_up(run, our)
        run.say(f"{len(backups.all_told)} leads acknowledged, two dumps made")
        data = _folder_of_its_own(folder, our)
        _restore(data, backups.loaded)
        with _standing(data, our) as copy:
            _look_at_the_loaded(run, copy, backups)
            _spoil(run, copy, backups, folder)
        run.say("the dump under load is whole, spoilt ones were offered")
        _restore(data, backups.calm, "--replace")
        with _standing(data, our) as copy:
            _look_at_the_calm(run, copy, backups)
            _stay_silent(run, copy, wires)


def _back_up(run: Run, our: Hall) -> Backups:
    """One while callers send, one when they are done and the server has gone."""
    an_owner(our)
    loaded, calm = our.data.parent / "loaded.dump", our.data.parent / "calm.dump"
    server = our.server("server")
    try:
        server.await_port()
        callers = [Caller(n, our.world, [server.port], run.chance(n), keyed=True) for n in range(CALLERS)]
        acked = asyncio.run(_under_load(callers, our.data, loaded))
    finally:
        server.stop()
    _leadhall(our.data, "backup", str(calm))
    our.start()
    told = [each for caller in callers for each in caller.told]
    held = asyncio.run(holding(our.dsn))
    run.count(acked=len(told), acked_before=len(acked), tables=len(held), rows=sum(count for count, _ in held.values()))
    run.expect("leads were acknowledged before, while and after the dump", 0 < len(acked) < len(told))
    return Backups(loaded, calm, acked, told, held, asyncio.run(rows_of(our.dsn, ADDED_ONLY)))


async def _under_load(callers: list[Caller], data: Path, dump: Path) -> list[Told]:
    """What had been acknowledged when the dump began."""
    working = [asyncio.create_task(each.work()) for each in callers]
    await asyncio.sleep(BEFORE_S)
    acked = [told for each in callers for told in each.told]
    await asyncio.to_thread(_leadhall, data, "backup", str(dump))
    await asyncio.sleep(AFTER_S)
    for each in callers:
        each.ending = True
    async with asyncio.timeout(PROGRAM_WITHIN_S):
        await asyncio.gather(*working)
    return acked


def _leadhall(data: Path, *command: str) -> None:
    """A command as an operator gives it. RuntimeError with its words when it fails."""
    done = subprocess.run(
        [beside("leadhall"), *command], env=_environment(data), capture_output=True, text=True,
        timeout=PROGRAM_WITHIN_S, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"leadhall {' '.join(command)}: {done.stderr[-500:]}")


def _environment(data: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEADHALL_")}
    return {name: value for name, value in kept.items() if name not in {"DATABASE_URL", "PORT"}} | {
        "LEADHALL_DATA": str(data)
    }


def _folder_of_its_own(folder: Path, our: Hall) -> Path:
    """As on another machine: nothing but the instance key, which is kept apart from the dump."""
    data = folder / "elsewhere"
    data.mkdir(mode=0o711)
    (data / "secret_key").write_bytes((our.data / "secret_key").read_bytes())
    (data / "secret_key").chmod(0o600)
    return data


def _restore(data: Path, dump: Path, *more: str) -> None:
    _leadhall(data, "restore", *more, str(dump))


@contextmanager
def _standing(data: Path, like: Hall) -> Iterator[Hall]:
    """The cluster of a restored folder, for as long as it is looked at."""
    cluster = open_cluster(Place.of(data))
    try:
        with turn(cluster.place):
            login = cluster.start()
        yield Hall(data, cluster, login.as_admin(), like.world, unsafe=False)
    finally:
        with turn(cluster.place):
            cluster.stop()


def _look_at_the_loaded(run: Run, copy: Hall, backups: Backups) -> None:
    """All that was acknowledged before it began, whole; and nothing that was never written."""
    verdict = look_up(copy, backups.acked)
    run.count(lost=len(verdict.lost), torn=verdict.torn, doubled=len(verdict.doubled), gaps=verdict.gaps)
    run.expect("0 acknowledged before the dump are missing from it", not verdict.lost and not verdict.misled)
    run.expect("every lead of a dump under load is whole", verdict.torn == verdict.gaps == len(verdict.doubled) == 0)
    rows = asyncio.run(rows_of(copy.dsn, ADDED_ONLY))
    strange = {name: len(found - backups.rows[name]) for name, found in rows.items()}
    run.expect(f"no row that the source has not: {strange}", not any(strange.values()))
    run.expect("the dump under load holds leads", len(rows["lead"]) > 0)


def _spoil(run: Run, copy: Hall, backups: Backups, folder: Path) -> None:
    """Each is refused, the database as it was; the control is a dump that nobody touched."""
    before, named = asyncio.run(holding(copy.dsn)), asyncio.run(schemas(copy.dsn))
    taken, touched = [], []
    for n, (name, harm) in enumerate(HARMS.items()):
        dump = copied(backups.calm, folder / f"spoilt{n}")
        harm(dump, backups.loaded, run.chance(name))
        if not asyncio.run(_is_refused(copy.dsn, dump)):
            taken.append(name)
        if different(before, asyncio.run(holding(copy.dsn))) or asyncio.run(schemas(copy.dsn)) != named:
            touched.append(name)
    run.count(spoilt=len(HARMS), taken=len(taken), touched=len(touched))
    run.expect(f"every spoilt backup is refused: {taken}", not taken)
    run.expect(f"a refused one touches nothing: {touched}", not touched)
    whole = copied(backups.calm, folder / "whole")
    run.control("a backup that nobody spoilt", caught=not asyncio.run(_is_refused(copy.dsn, whole)))
    kept = [name for name in asyncio.run(schemas(copy.dsn)) if name not in named]
    held = asyncio.run(holding(copy.dsn, kept[0])) if kept else {}
    run.expect("what was replaced is kept as it was", len(kept) == 1 and not different(before, held))


async def _is_refused(dsn: Dsn, dump: Path) -> bool:
    async def after(connection: asyncpg.Connection) -> None:
        """Nothing to switch off."""

    try:
        await restore(dsn.uri(), locate(), dump, after=after, at=datetime.now(UTC), replace=True)
    except BackupFault:
        return True
    return False


def _look_at_the_calm(run: Run, copy: Hall, backups: Backups) -> None:
    """Each table as it was, by count and hash; the controls are one row less, and one letter more."""
    found = asyncio.run(holding(copy.dsn))
    wrong = different(backups.held, found)
    run.count(different=len(wrong))
    run.expect(f"every table holds what was backed up: {wrong}", not wrong)
    verdict = look_up(copy, backups.all_told)
    run.expect("every acknowledged lead under the ids it was told", not verdict.lost and not verdict.misled)
    for name, statement in BREAKING.items():
        broken = asyncio.run(holding(copy.dsn, but_first=statement))
        run.control(name, caught=different(found, broken) == ["message"])


def _stay_silent(run: Run, copy: Hall, wires: Sinks) -> None:
    """Due notices wait until sending is confirmed; that they leave then is the control of the silence."""
    (due,) = copy.rows(LEFT)[0]
    server = copy.server("restored", environment={**wires.environment, **DISPATCHING})
    try:
        server.await_port()
        time.sleep(SILENT_S)
        silent, (still_due,) = len(wires.mails()), copy.rows(LEFT)[0]
        _leadhall(copy.data, "restore", "--confirm-sending")
        deadline = time.monotonic() + SENT_WITHIN_S
        while not wires.mails() and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        server.stop()
    run.count(due=due, sent_unasked=silent)
    run.expect("something was due", due > 0)
    run.expect(f"nothing is sent for {SILENT_S:.0f} s", silent == 0)
    run.expect("nothing is taken from what is due", still_due == due)
    run.control("sending confirmed", caught=len(wires.mails()) > 0)
