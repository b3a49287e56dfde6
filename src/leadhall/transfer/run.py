"""An import at work: a portion of the file a transaction, with its progress, so that it may be broken off anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from leadhall.clients.book import Client
from leadhall.clients.bulk import KeyTaken, Known, NewCard, create_many, edit_many, who_is_known
from leadhall.clients.changes import UNIQUE_ID, Change, changes_between, sheet_of, tag_changes, with_tags
from leadhall.clients.consents import record_consent
from leadhall.clients.desk import Desk, hold_all, open_desk
from leadhall.clients.edit import edit_client
from leadhall.core.db import Connection
from leadhall.core.errors import Fault, NotFound, Refusal
from leadhall.core.ids import mint
from leadhall.transfer.jobs import Job, finish, settle
from leadhall.transfer.mapping import Columns
from leadhall.transfer.rows import Row, Verdict, decide, read_row
from leadhall.transfer.sheet import Sheet

PORTION_ROWS = 500
MOST_TRIES = 3
BECAUSE = "import"


@dataclass(slots=True)
class Look:
    """How far a file was looked at and nothing written, and whom it would have made by then: they may come again."""

    rows: int = 0
    made: Known = field(default_factory=lambda: Known({}, set(), set()))


@dataclass(frozen=True)
class Import:
    """A file and how its columns are meant. `look` is of a job that only validates, from portion to portion."""

    sheet: Sheet
    columns: Columns
    look: Look = field(default_factory=Look)

    def rows(self, desk: Desk, start: int, most: int) -> list[Row]:
        taken = zip(self.sheet.numbers[start : start + most], self.sheet.rows[start : start + most], strict=True)
        return [read_row(desk, self.columns, n, cells) for n, cells in taken]


async def dry_run(
    connection: Connection, business_id: int, actor: str, file: Import, *, overrides: bool, start: int = 0
) -> list[Verdict]:
    """What an import would do now, row by row from row `start` on; nothing is written."""
    desk = await open_desk(connection, business_id, actor)
    look, verdicts = Look(start), list[Verdict]()
    while portion := await _look_on(desk, file, look, PORTION_ROWS, overrides=overrides):
        verdicts += portion
    return verdicts


async def _look_on(desk: Desk, file: Import, look: Look, most: int, *, overrides: bool) -> list[Verdict]:
    """Verdicts of the next rows, `most` at most."""
    rows = file.rows(desk, look.rows, most)
    known = await _known(desk, rows)
    known.keys.update(look.made.keys)
    known.living.update(look.made.living)
    verdicts = [decide(row, known, overrides=overrides, mint=mint) for row in rows]
    for each in verdicts:
        if each.state == "created" and each.client_uid:
            look.made.living.add(each.client_uid)
            look.made.keys.update(dict.fromkeys(each.row.keys, each.client_uid))
    look.rows += len(rows)
    return verdicts


async def take_portion(connection: Connection, job: Job, file: Import) -> Job:
    """Do the next portion in a transaction of its own; the job as it stands then, finished after the last row."""
    for attempt in range(MOST_TRIES):
        try:
            async with connection.transaction():
                return await _take(connection, job, file)
        except (KeyTaken, NotFound):  # somebody wrote to the same people meanwhile: look again
            if attempt == MOST_TRIES - 1:
                raise
    return job


async def _take(connection: Connection, job: Job, file: Import) -> Job:
    desk = await open_desk(connection, job.business_id, job.actor)
    verdicts = await (_validate if job.validates else _import)(desk, job, file)
    job = await settle(connection, job, verdicts)
    return job if job.taken < job.total else await finish(connection, job)


async def _validate(desk: Desk, job: Job, file: Import) -> list[Verdict]:
    """The next portion, looked at only. What another worker looked at, or what was rolled back, is looked at again."""
    look = file.look
    if look.rows > job.taken:
        look.rows, look.made = 0, Known({}, set(), set())
    while look.rows < job.taken:
        await _look_on(desk, file, look, min(PORTION_ROWS, job.taken - look.rows), overrides=job.overrides)
    return await _look_on(desk, file, look, PORTION_ROWS, overrides=job.overrides)


async def _import(desk: Desk, job: Job, file: Import) -> list[Verdict]:
    rows = file.rows(desk, job.taken, PORTION_ROWS)
    known = await _known(desk, rows)
    return await _write(desk, job, known, _decided(rows, known, overrides=job.overrides))


async def _known(desk: Desk, rows: Sequence[Row]) -> Known:
    keys = [key for row in rows for key in row.keys]
    return await who_is_known(desk.connection, desk.business_id, keys, [row.uid for row in rows if row.uid])


def _decided(rows: Sequence[Row], known: Known, *, overrides: bool) -> list[Verdict]:
    """Verdicts up to a row that would be written to somebody twice in one statement: it opens the next portion."""
    verdicts: list[Verdict] = []
    touched: set[str] = set()
    for row in rows:
        verdict = decide(row, known, overrides=overrides, mint=mint)
        if verdict.state == "updated" and verdict.client_uid in touched:
            break
        if verdict.client_uid and verdict.state != "skipped":
            touched.add(verdict.client_uid)
        verdicts.append(verdict)
    return verdicts


async def _write(desk: Desk, job: Job, known: Known, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Write what was decided; a row that turns out not to be possible fails alone."""
    made = await create_many(desk, [_new(each) for each in verdicts if each.state == "created"])
    clients = {client.uid: client for client in made}
    refused: dict[int, Verdict] = {}
    edits: list[tuple[Client, Sequence[Change]]] = []
    updated = [each for each in verdicts if each.state == "updated"]
    clients |= await hold_all(desk, [each.client_uid for each in updated if each.client_uid])
    for each in updated:
        client = clients[each.client_uid or ""]
        if _moves_a_key(known, client.uid, each.row):
            clients[client.uid], faults = await _edit_alone(desk, client, each.row)
            if faults:
                refused[each.row.n] = Verdict(each.row, "failed", faults=faults)
        elif changes := _changes(client, each.row):
            edits.append((client, changes))
    clients |= {client.uid: client for client in await edit_many(desk, edits, BECAUSE)}
    settled = [refused.get(each.row.n, each) for each in verdicts]
    await _consents(desk, job, settled, clients)
    return settled


def _new(verdict: Verdict) -> NewCard:
    return NewCard(uid=verdict.client_uid or "", card=verdict.row.card, tags=verdict.row.tags or ())


def _moves_a_key(known: Known, uid: str, row: Row) -> bool:
    """Whether an email or unique id of the row is not yet the client's own."""
    return any(known.keys.get(key) != uid for key in row.keys)


def _changes(client: Client, row: Row) -> list[Change]:
    given = {name: value for name, value in row.card.items() if value is not None and name != UNIQUE_ID}
    changes = changes_between(sheet_of(client), given)
    return changes + (tag_changes(client.tags, with_tags(client.tags, row.tags)) if row.tags else [])


async def _edit_alone(desk: Desk, client: Client, row: Row) -> tuple[Client, tuple[Fault, ...]]:
    """A row that moves a key, in a savepoint: the key may be somebody's."""
    given = {name: value for name, value in row.card.items() if value is not None}
    tags = with_tags(client.tags, row.tags) if row.tags else None
    try:
        async with desk.connection.transaction():
            return await edit_client(desk, client.uid, given, tags=tags, because=BECAUSE), ()
    except NotFound:
        raise
    except Refusal as refusal:
        return client, refusal.faults


async def _consents(desk: Desk, job: Job, verdicts: Sequence[Verdict], clients: dict[str, Client]) -> None:
    """A yes or no of the file is the owner's word, for the present address of each."""
    for value in (True, False):
        meant = [clients[uid] for uid in _uids(verdicts, value) if uid in clients]
        if meant:
            await record_consent(desk, meant, value=value, act="owner", token_uid=job.token_uid)


def _uids(verdicts: Sequence[Verdict], value: bool) -> Iterator[str]:
    return (
        each.client_uid
        for each in verdicts
        if each.row.opt_in is value and each.client_uid and each.state in ("created", "updated")
    )
