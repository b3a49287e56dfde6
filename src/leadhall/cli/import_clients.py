"""`leadhall import FILE`: how its columns are meant, what would become of each row, and then, if wanted, the import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from leadhall.cli.faults import CliFault, Usage
from leadhall.cli.output import Json, harmless, on_terminal, open_private, say, show_facts
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.clients.desk import open_desk
from leadhall.core.db import Connection
from leadhall.transfer.export import as_csv
from leadhall.transfer.jobs import Item, Job, NewJob, broken_off, list_items, open_job
from leadhall.transfer.mapping import Columns, map_columns
from leadhall.transfer.rows import Verdict
from leadhall.transfer.run import Import, dry_run, take_portion
from leadhall.transfer.sheet import read_sheet

ACTOR = "operator"
FAULTS_SHOWN = 20
ITEMS_READ = 1_000


async def import_clients(
    file: Path,
    /,
    *,
    business: Annotated[str, Parameter(help="Whose clients they are (any of its names).")],
    map_: Annotated[
        tuple[str, ...], Parameter(name="--map", help="COLUMN=FIELD, where the guess is wrong; COLUMN= leaves it out.")
    ] = (),
    override: Annotated[bool, Parameter(help="What the file says replaces what a known client has.")] = False,
    dry_run_only: Annotated[bool, Parameter(name="--dry-run", help="Look only.")] = False,
    yes: Annotated[bool, Parameter(help="Do not ask.")] = False,
    rejects: Annotated[
        Path | None, Parameter(help="Where rows go that cannot be taken; else FILE.rejects.csv.")
    ] = None,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Take clients from a CSV or Excel file. It is looked at first, and nothing is written before you agree.

    A known client (by uid, email or unique id) is skipped, or with --override changed; blank cells change nothing.
    Broken off, the same command goes on where it stopped.
    """
    sheet = read_sheet(_content(file))
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        desk = await open_desk(at.connection, found.id, ACTOR)
        columns = map_columns(desk.card, sheet.headings, _said(map_))
        read = Import(sheet, columns)
        _show_mapping(columns)
        new = NewJob(
            source="cli", mapping=columns.told, sha256=sheet.sha256, total=len(sheet.rows), actor=ACTOR,
            overrides=override,
        )  # fmt: skip
        job = await broken_off(at.connection, found.id, new)
        taken = 0 if job is None else job.taken
        if job is not None:
            say(f"goes on after row {taken:,}, where it was broken off")
        _show_dry_run(await dry_run(at.connection, found.id, ACTOR, read, overrides=override, start=taken))
        if dry_run_only or not _agreed(yes=yes):
            return
        job = job or await open_job(at.connection, found.id, new)
        job = await _take_all(at.connection, job, read)
        refused = await _write_rejects(at.connection, job, sheet.headings, rejects or Path(f"{file}.rejects.csv"))
    show_facts(_told(job) | {"rejects": refused}, as_json=as_json)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise CliFault(f"{file} cannot be read: {fault.strerror}") from None


def _said(pairs: Sequence[str]) -> dict[str, str | None]:
    said: dict[str, str | None] = {}
    for pair in pairs:
        column, equals, target = pair.rpartition("=")
        if not equals:
            raise Usage(f"--map {pair}: write COLUMN=FIELD")
        said[column] = target or None
    return said


def _show_mapping(columns: Columns) -> None:
    width = max(len(harmless(heading)) for heading in columns.headings)
    for heading, target in columns.told.items():
        say(f"  {harmless(heading):<{width}}  {target or '(left out)'}")


def _show_dry_run(verdicts: Sequence[Verdict]) -> None:
    counts = Counter(each.state for each in verdicts)
    say(", ".join(f"{counts[state]:,} {state}" for state in ("created", "updated", "skipped", "failed")))
    faulty = [each for each in verdicts if each.faults]
    for each in faulty[:FAULTS_SHOWN]:
        say(f"  row {each.row.n}: {harmless('; '.join(fault.message for fault in each.faults))}")
    if len(faulty) > FAULTS_SHOWN:
        say(f"  … and {len(faulty) - FAULTS_SHOWN:,} more")


def _agreed(*, yes: bool) -> bool:
    if yes:
        return True
    if not on_terminal():
        say("nothing was written: add --yes to do it")
        return False
    return input("Import? [y/N] ").strip().lower() in ("y", "yes")


async def _take_all(connection: Connection, job: Job, read: Import) -> Job:
    """Portion by portion; the bar is shown on a terminal only."""
    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("rows", total=job.total, completed=job.taken)
        while not job.is_over:
            job = await take_portion(connection, job, read)
            bar.update(task, completed=job.taken)
    return job


async def _write_rejects(connection: Connection, job: Job, headings: Sequence[str], path: Path) -> str | None:
    """The rows that failed, with the reason, as a file that can be mended and imported; None when there are none."""
    if not job.failed:
        return None
    after = 0
    with open_private(path) as file:
        file.write(as_csv(headings=[*headings, "row", "reason"]))
        while items := await list_items(
            connection, job.business_id, job.uid, state="failed", after=after, most=ITEMS_READ
        ):
            file.write(as_csv([[*(item.cells or ()), str(item.n), _reason(item)] for item in items]))
            after = items[-1].n
    return str(path)


def _reason(item: Item) -> str:
    return "; ".join(str(fault["message"]) for fault in item.faults or ())


def _told(job: Job) -> dict[str, Any]:
    told = ("uid", "state", "total", "created", "updated", "skipped", "failed")
    return {name: getattr(job, name) for name in told}
