"""Files of clients, all the way into the book: what is made, changed, skipped and refused, and where one goes on."""

import contextlib
import csv
import io
from contextlib import asynccontextmanager

import pytest

from leadhall.clients.bulk import KeyTaken
from leadhall.clients.desk import open_desk
from leadhall.clients.fields import create_field
from leadhall.core.db import Scope, scoped
from leadhall.transfer import run
from leadhall.transfer.export import export_clients
from leadhall.transfer.importer import Importer
from leadhall.transfer.jobs import NewJob, get_job, list_items, open_job
from leadhall.transfer.mapping import map_columns
from leadhall.transfer.run import Import, dry_run, take_portion
from leadhall.transfer.sheet import read_sheet

TWO = 'first_name,email,phone,tags\nAnn,ann@x.example,+1 415 555 0132,"a, b"\nBo,bo@x.example,,\n'


@pytest.fixture
async def scope(app_pool, world):
    """`async with scope() as connection`: of role app, within the first business."""

    @asynccontextmanager
    async def within():
        async with scoped(app_pool, Scope.of([world.first.id])) as connection:
            yield connection

    return within


@pytest.fixture
def business_id(world):
    return world.first.id


async def opened(connection, business_id, text, *, said=None, overrides=False, content=None, **more):
    sheet = read_sheet(text.encode())
    desk = await open_desk(connection, business_id, "operator")
    file = Import(sheet, map_columns(desk.card, sheet.headings, said))
    new = NewJob(
        source="api" if content else "cli", mapping=file.columns.told, sha256=sheet.sha256, total=len(sheet.rows),
        actor="operator", overrides=overrides, **more,
    )  # fmt: skip
    return await open_job(connection, business_id, new, content=content), file


async def imported(scope, business_id, text, **more):
    async with scope() as connection:
        job, file = await opened(connection, business_id, text, **more)
        while not job.is_over:
            job = await take_portion(connection, job, file)
    return job


def counts(job):
    return {name: n for name in ("created", "updated", "skipped", "failed") if (n := getattr(job, name))}


async def events(owner):
    rows = await owner.fetch("select facts from outbox order by uid")
    return [row["facts"] for row in rows]


async def test_clients_are_made_with_keys_tags_numbers_and_events(owner, scope, business_id):
    job = await imported(scope, business_id, TWO)

    rows = await owner.fetch("select uid, first_name, phone_e164, tags, edited_at from client order by first_name")
    assert counts(job) == {"created": 2}
    assert [tuple(row)[1:] for row in rows] == [
        ("Ann", "+14155550132", ["a", "b"], None),
        ("Bo", None, [], None),
    ]
    assert await owner.fetchval("select client_uid from client_key where key = 'ann@x.example'") == rows[0]["uid"]
    told = await events(owner)
    assert sorted(name for facts in told for name in facts["events"]) == [
        *("bulk_import/done", "client/created", "client/created", "tag/add")
    ]


async def test_the_end_is_told_with_what_became_of_the_rows(owner, scope, business_id):
    await imported(scope, business_id, "first_name,unique_id,email\nAnn,crm-1,ann@x.example\n,crm-2,\n")

    (data,) = [facts["data"] for facts in await events(owner) if facts["events"] == ["bulk_import/done"]]
    assert data["clients_import_status"]["created"] == {"count": 1, "external_ids": ["crm-1"]}
    assert data["clients_import_status"]["failed"] == {"count": 1, "external_ids": ["crm-2"]}


async def test_known_clients_are_skipped_unless_the_file_shall_override(owner, scope, business_id):
    await imported(scope, business_id, TWO)
    changed = TWO.replace("Ann,", "Anne,")

    assert counts(await imported(scope, business_id, changed)) == {"skipped": 2}
    assert counts(await imported(scope, business_id, changed, overrides=True)) == {"updated": 2}

    ann = await owner.fetchrow("select first_name, revision, edited_at from client where email = 'ann@x.example'")
    assert (ann["first_name"], ann["revision"]) == ("Anne", 2)
    assert ann["edited_at"] is not None
    assert await owner.fetch("select field, was, becomes, because from card_change") == [
        ("first_name", "Ann", "Anne", "import")
    ]
    assert (
        await owner.fetchval("select count(*) from client where revision > 1") == 1
    )  # what is so already is no change


async def test_a_uid_is_kept_and_found_again(owner, scope, business_id):
    await imported(scope, business_id, "uid,first_name\njg7vmlf2uwx5m6fy,Ann\n")

    job = await imported(scope, business_id, "uid,email\njg7vmlf2uwx5m6fy,ann@x.example\n", overrides=True)

    assert counts(job) == {"updated": 1}
    assert await owner.fetchval("select client_uid from client_key") == "jg7vmlf2uwx5m6fy"


async def test_a_new_uid_of_somebody_who_is_known_is_told_not_to_be_kept(scope, business_id):
    await imported(scope, business_id, "uid,first_name,email\nx,Ann,a@x.example\n")
    text = "uid,first_name,email\ny,Ann,a@x.example\nx,Ann,a@x.example\n"

    for overrides, state in ((False, "skipped"), (True, "updated")):
        job = await imported(scope, business_id, text, overrides=overrides)
        async with scope() as connection:
            first, second = await list_items(connection, business_id, job.uid)

        assert (first.state, first.client_uid, second.client_uid, second.faults) == (state, "x", "x", None)
        assert first.faults == [
            {"code": "already_exists", "field": "uid", "message": "The uid y is not kept: this client is x"}
        ]


async def test_a_row_that_names_somebody_twice_is_taken_after_the_first(owner, scope, business_id):
    text = "first_name,email\nAnn,a@x.example\nAnna,A@X.example\nAnne,a@x.example\n"

    assert counts(await imported(scope, business_id, text, overrides=True)) == {"created": 1, "updated": 2}
    assert await owner.fetchval("select first_name from client") == "Anne"


async def test_rows_that_cannot_be_are_refused_with_every_reason(scope, business_id):
    text = (
        "uid,first_name,email,unique_id,status,opt_in\n"
        "x,Ann,a@x.example,u1,,\n"
        "y,Bo,b@x.example,u2,,\n"
        ",Cy,a@x.example,u2,,\n"
        ",,new@x.example,,,\n"
        "a b,Di,no address,,unheard of,perhaps\n"
    )

    job = await imported(scope, business_id, text, overrides=True)

    async with scope() as connection:
        items = await list_items(connection, business_id, job.uid, state="failed")
    assert counts(job) == {"created": 2, "failed": 3}
    assert [(item.n, [fault["field"] for fault in item.faults]) for item in items] == [
        (3, [None]),
        (4, ["first_name"]),
        (5, ["uid", "opt_in", "email", "status"]),
    ]
    assert items[2].cells[1] == "Di"


async def test_an_email_of_somebody_else_fails_its_row_alone(scope, business_id):
    await imported(scope, business_id, "uid,first_name,email\nx,Ann,a@x.example\ny,Bo,b@x.example\n")
    text = "uid,email,first_name\nx,c@x.example,Ann\ny,a@x.example,Bo\nz,b@x.example,Cy\n"

    job = await imported(scope, business_id, text, overrides=True)

    assert counts(job) == {"updated": 2, "failed": 1}  # who has b@x.example still has it


async def test_own_fields_are_held_by_their_types_and_consent_is_recorded(owner, scope, business_id):
    async with scope() as connection:
        field = await create_field(connection, business_id, label="Budget", type_="singleline")
        await create_field(connection, business_id, label="Newsletter", type_="opt-in")

    await imported(scope, business_id, "name,email,budget,newsletter\nAnn Lee,a@x.example,15,yes\nBo,b@x.example,,no\n")

    row = await owner.fetchrow("select last_name, fields from client where first_name = 'Ann'")
    assert (row["last_name"], row["fields"]) == ("Lee", {field.id: "15"})
    assert await owner.fetch("select address, value, act from consent order by address") == [
        ("a@x.example", True, "owner"),
        ("b@x.example", False, "owner"),
    ]


async def test_a_dry_run_says_what_an_import_would_do_and_writes_nothing(owner, scope, business_id, monkeypatch):
    monkeypatch.setattr(run, "PORTION_ROWS", 2)
    await imported(scope, business_id, TWO)
    text = "first_name,email\nBo,bo@x.example\nCy,c@x.example\nCy,C@x.example\n,\n,d@x.example\n"
    before = await owner.fetchval("select count(*) from client")

    async with scope() as connection:
        _, file = await opened(connection, business_id, text)
        told = await dry_run(connection, business_id, "operator", file, overrides=False)
    assert await owner.fetchval("select count(*) from client") == before

    done = await imported(scope, business_id, text)
    async with scope() as connection:
        items = await list_items(connection, business_id, done.uid)
    assert [each.state for each in told] == ["skipped", "created", "skipped", "failed"]
    assert [each.state for each in told] == [item.state for item in items]


TWICE = "first_name,email\n" + "".join(f"{name},{name}@x.example\n" for name in ("ann", "bo", "ANN", "cy", "Bo", "di"))


@pytest.mark.parametrize("overrides", [False, True])
async def test_validating_counts_somebody_once_however_far_apart_the_rows_stand(
    scope, business_id, worker_pool, monkeypatch, overrides
):
    monkeypatch.setattr(run, "PORTION_ROWS", 2)
    async with scope() as connection:
        job, _ = await opened(
            connection, business_id, TWICE, content=TWICE.encode(), validates=True, overrides=overrides
        )
    importer, other = Importer(worker_pool), Importer(worker_pool)

    assert await importer.round()
    assert await other.round()  # looks at what it did not see
    assert await importer.round()

    async with scope() as connection:
        told = await get_job(connection, business_id, job.uid)
    assert (told.state, counts(told)) == ("done", {"created": 4, "updated" if overrides else "skipped": 2})
    assert counts(await imported(scope, business_id, TWICE, overrides=overrides)) == counts(told)


async def test_a_portion_that_was_rolled_back_is_looked_at_again(scope, business_id, monkeypatch):
    monkeypatch.setattr(run, "PORTION_ROWS", 2)
    async with scope() as connection:
        job, file = await opened(connection, business_id, TWICE, validates=True)
    with contextlib.suppress(ValueError):
        async with scope() as connection:
            await take_portion(connection, job, file)
            raise ValueError("broken off")

    async with scope() as connection:
        while not job.is_over:
            job = await take_portion(connection, job, file)

    assert counts(job) == {"created": 4, "skipped": 2}


async def test_an_import_that_broke_off_goes_on_and_takes_no_row_twice(owner, scope, business_id, monkeypatch):
    monkeypatch.setattr(run, "PORTION_ROWS", 1)
    async with scope() as connection:
        job, file = await opened(connection, business_id, TWO)
        job = await take_portion(connection, job, file)
    with contextlib.suppress(ValueError):
        async with scope() as connection:
            await take_portion(connection, job, file)
            raise ValueError("broken off")

    async with scope() as connection:
        job = await get_job(connection, business_id, job.uid)
        assert (job.state, job.taken) == ("processing", 1)
        job = await take_portion(connection, job, file)

    assert (job.state, counts(job)) == ("done", {"created": 2})
    assert await owner.fetchval("select count(*) from client") == 2


async def test_a_key_that_intake_took_meanwhile_is_looked_up_again(owner, scope, business_id, monkeypatch):
    taken, create = [], run.create_many

    async def beaten_once(desk, new):
        if not taken:
            taken.append(1)
            raise KeyTaken("beaten")
        return await create(desk, new)

    monkeypatch.setattr(run, "create_many", beaten_once)

    assert counts(await imported(scope, business_id, TWO)) == {"created": 2}
    assert await owner.fetchval("select count(*) from client") == 2


async def test_the_worker_does_what_the_api_left_and_drops_the_file(owner, scope, business_id, worker_pool):
    async with scope() as connection:
        job, _ = await opened(connection, business_id, TWO, content=TWO.encode())
    importer = Importer(worker_pool)

    assert await importer.round()
    assert not await importer.round()

    async with scope() as connection:
        assert counts(await get_job(connection, business_id, job.uid)) == {"created": 2}
    assert await owner.fetchval("select count(*) from import_file") == 0
    assert importer.taken == 2


async def test_a_job_that_only_validates_writes_no_client(owner, scope, business_id, worker_pool):
    async with scope() as connection:
        await opened(connection, business_id, TWO, content=TWO.encode(), validates=True)

    await Importer(worker_pool).round()

    assert await owner.fetchrow("select state, created from import_job") == ("done", 2)
    assert (
        await owner.fetchval("select count(*) from client") == await owner.fetchval("select count(*) from outbox") == 0
    )


async def test_a_fault_ends_the_job_and_says_so(owner, scope, business_id, worker_pool, monkeypatch):
    async with scope() as connection:
        await opened(connection, business_id, TWO, content=b"\x00\x00\x00")

    await Importer(worker_pool).round()

    assert await owner.fetchrow("select state, error from import_job") == (
        "error",
        "The file is neither CSV nor Excel",
    )
    (told,) = await events(owner)
    assert (told["events"], told["data"]["error"]) == (["bulk_import/done"], "The file is neither CSV nor Excel")


async def test_a_fault_after_some_rows_tells_the_end_with_those_that_were_taken(
    owner, scope, business_id, worker_pool, monkeypatch
):
    monkeypatch.setattr(run, "PORTION_ROWS", 1)
    async with scope() as connection:
        await opened(connection, business_id, TWO, content=TWO.encode())
    importer = Importer(worker_pool)
    await importer.round()

    async def fails(*_):
        raise ArithmeticError("ours")

    monkeypatch.setattr(run, "create_many", fails)
    await importer.round()

    (data,) = [facts["data"] for facts in await events(owner) if facts["events"] == ["bulk_import/done"]]
    assert data["session_id"] == str(await owner.fetchval("select number from import_job"))
    assert data["clients_import_status"]["created"]["count"] == 1
    assert data["error"] == await owner.fetchval("select error from import_job") is not None


async def everything(scope, business_id, **more):
    async with scope() as connection:
        card = (await open_desk(connection, business_id, "operator")).card
    return b"".join([piece async for piece in export_clients(scope, business_id, card, **more)]).decode()


async def test_what_is_exported_is_imported_again_as_it_was(owner, scope, business_id):
    async with scope() as connection:
        await create_field(connection, business_id, label="Budget", type_="singleline")
    ann = 'Ann Lee,a@x.example,+14155550132,"1 Rd\nX","a, b",=1+1,yes'
    text = f"name,email,phone,address,tags,budget,opt_in\n{ann}\n'=x,,,,,,\n"
    await imported(scope, business_id, text)
    whole = "select uid, first_name, last_name, email, phone, phone_e164, address, tags, fields from client order by 1"
    before = await owner.fetch(whole)

    exported = await everything(scope, business_id)
    await owner.execute("delete from client; delete from client_key; delete from consent")
    job = await imported(scope, business_id, exported)

    assert counts(job) == {"created": 2}
    assert await owner.fetch(whole) == before
    assert await everything(scope, business_id) is not None


async def test_no_cell_of_an_export_is_a_formula(scope, business_id):
    await imported(scope, business_id, "first_name,last_name,email,phone\n=cmd|x,@a,-b@x.example,+14155550132\n")

    (_, row) = csv.reader(io.StringIO(await everything(scope, business_id), newline=""))

    assert row[1:5] == ["'=cmd|x", "'@a", "'-b@x.example", "'+14155550132"]


async def test_an_export_is_bounded_and_goes_on_after_a_uid(scope, business_id, monkeypatch):
    monkeypatch.setattr("leadhall.transfer.export.PAGE_ROWS", 2)
    await imported(scope, business_id, "first_name\n" + "".join(f"N{n}\n" for n in range(5)))

    first = list(csv.DictReader(io.StringIO(await everything(scope, business_id, most=3), newline="")))
    rest = list(csv.DictReader(io.StringIO(await everything(scope, business_id, after=first[-1]["uid"]), newline="")))

    assert [row["first_name"] for row in first + rest] == ["N4", "N3", "N2", "N1", "N0"]
