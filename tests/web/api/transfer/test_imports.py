"""Import jobs and the export over the API."""

import csv
import io
import json
import os
import sys
import time

import pytest

from leadhall.transfer import excel
from leadhall.transfer.importer import Importer
from leadhall.web.api.transfer import imports
from leadhall.web.endpoint import ANSWER_WITHIN_S
from tests.transfer.test_hostile_files import far_corner
from tests.web.leads import send_lead
from tests.web.multipart import multipart

JOBS, ITEMS, EXPORT = "/v3/integrations/import_jobs", "/v3/integrations/import_job_items", "/ext/v1/clients.csv"
KEY = {"idempotency-key": "a-file"}
FILE = b"First name,E-mail\nAnn,ann@x.example\n,bo@x.example\n"


@pytest.fixture
def upload(ask, world):
    """`await upload(file, **fields)`: as browsers do."""

    async def send(content=FILE, *, token=world.first.token, headers=None, **fields):
        body, content_type = multipart(fields if content is None else fields | {"file": content})
        return await ask.post(JOBS, token=token, body=body, headers={"content-type": content_type, **(headers or {})})

    return send


@pytest.fixture
def work(services):
    """`await work()`: the worker does what waits."""

    async def done():
        importer = Importer(services.worker_pool)
        while await importer.round():
            pass

    return done


async def test_a_file_is_taken_in_by_the_worker_and_each_row_is_answered_for(ask, world, upload, work):
    made = await upload(entity_type="clients", provider_type="excel", job_type="execute")
    job = made.json["data"]["import_job"]
    await work()
    told = await ask.get(f"{JOBS}/{job['uid']}", token=world.first.token)
    rows = await ask.get(f"{ITEMS}?import_job_uid={job['uid']}&per_page=1", token=world.first.token)
    rest = await ask.get(f"{ITEMS}?import_job_uid={job['uid']}&after=1", token=world.first.token)

    assert (made.status, job["status"], job["progress"]["pending"]) == (201, "pending", 2)
    assert told.json["data"]["import_job"]["progress"] == {"total": 2, "done": 1, "error": 1, "pending": 0}
    assert told.json["data"]["import_job"]["status"] == "done"
    assert [row["status"] for row in rows.json["data"]["import_job_items"]] == ["created"]
    assert 'after=1>; rel="next"' in rows.header("link")
    (failed,) = rest.json["data"]["import_job_items"]
    assert (failed["row"], failed["status"], failed["errors"][0]["field"]) == (2, "failed", "first_name")


async def test_a_workbook_that_would_take_all_memory_is_refused_and_the_server_lives(ask, world, upload):
    told = await upload(content=far_corner())

    assert (told.status, told.json["errors"][0]["code"], told.json["errors"][0]["field"]) == (422, "too_large", "file")
    assert (await ask.get("/platform/v1/clients", token=world.first.token)).status == 200


async def test_a_workbook_that_takes_long_is_refused_in_time_and_its_process_ends(upload, monkeypatch, tmp_path):
    assert imports.EXCEL_WITHIN_S < ANSWER_WITHIN_S
    program, noted = tmp_path / "slow.py", tmp_path / "pid"
    program.write_text(f"import os, signal; open({str(noted)!r}, 'w').write(str(os.getpid())); signal.pause()")
    monkeypatch.setattr(excel, "_ALONE", [sys.executable, str(program)])
    monkeypatch.setattr(imports, "EXCEL_WITHIN_S", 2.0)

    told = await upload(b"\xd0\xcf\x11\xe0")

    assert (told.status, told.json["errors"][0]["code"], told.json["errors"][0]["field"]) == (422, "too_large", "file")
    with pytest.raises(ProcessLookupError):
        os.kill(int(noted.read_text()), 0)


async def test_a_mapping_may_be_said_in_a_form_as_json_or_by_brackets(upload):
    as_json = await upload(
        mapping=json.dumps({"E-mail": None, "First name": "last_name"}), content=b"First name,E-mail,uid\na,b,c\n"
    )
    by_brackets = await upload(**{"mapping[E-mail]": "", "mapping[First name]": "first_name"})

    assert as_json.json["data"]["import_job"]["mapping"] == {"First name": "last_name", "E-mail": None, "uid": "uid"}
    assert by_brackets.json["data"]["import_job"]["mapping"]["First name"] == "first_name"


REFUSED = [
    (None, {}, 400, "file"),
    (b"", {}, 422, "file"),
    (b"\x00", {}, 422, "file"),
    (b"PK\x03\x04", {}, 422, "file"),
    (FILE, {"entity_type": "products"}, 422, "entity_type"),
    (FILE, {"job_type": "maybe"}, 422, "job_type"),
    (FILE, {"should_override": "perhaps"}, 422, "should_override"),
    (FILE, {"mapping": "[1]"}, 422, "mapping"),
    (FILE, {"mapping": "{"}, 422, "mapping"),
    (FILE, {"mapping": "[" * 9_000}, 422, "mapping"),
    (FILE, {"mapping": '{"a":' * 100_000}, 422, "mapping"),
    (FILE, {"mapping": '{"E-mail": null, "E-mail": "email"}'}, 422, "mapping"),
    (FILE, {"mapping": '{"E-mail": "business_id"}'}, 422, "mapping"),
    (FILE, {"mapping": '{"nowhere": "email"}'}, 422, "mapping"),
]


async def test_what_cannot_be_imported_is_refused_and_nothing_is_kept(upload, owner):
    for content, fields, status, field in REFUSED:
        told = await upload(content, **fields)

        assert (told.status, told.json["success"]) == (status, False), (content, fields)
        assert field in {fault["field"] for fault in told.json["errors"]}, (content, fields)
    assert await owner.fetchval("select count(*) from import_job") == 0


async def test_rows_of_no_import_are_asked_for_in_vain_with_the_parameter_named(ask, world):
    for query in ("", "?import_job_uid=", "?status=failed&per_page=x"):
        told = await ask.get(f"{ITEMS}{query}", token=world.first.token)

        words = "Mandatory parameter import_job_uid is missing"
        fault = {"code": "missing", "field": "import_job_uid", "message": words}
        assert (told.status, told.json["error"], told.json["errors"]) == (422, words, [fault])


async def test_a_file_over_ten_mib_is_refused_unread(upload):
    told = await upload(b"x" * (11 * 1024 * 1024))

    assert told.status == 413


async def test_the_file_is_not_kept_in_the_request_log(upload, services, owner):
    await upload()
    await services.behind.flush()

    assert await owner.fetchval("select body from request_log where operation = 'create_import_job'") is None


async def test_a_file_sent_again_under_its_key_is_the_same_job(upload, owner):
    first, again = [await upload(headers=KEY, job_type="validate") for _ in range(2)]

    assert (again.status, again.header("idempotent-replayed"), again.content) == (201, "true", first.content)
    assert await owner.fetchval("select count(*) from import_job") == 1


async def test_another_file_under_the_same_key_is_another_request(upload, owner):
    await upload(headers=KEY)

    told = await upload(FILE + b"Cy,cy@x.example\n", headers=KEY)

    assert (told.status, told.json["errors"][0]["code"]) == (422, "key_reused")
    assert await owner.fetchval("select count(*) from import_job") == 1


async def test_jobs_of_others_are_not_there(ask, world, upload):
    uid = (await upload()).json["data"]["import_job"]["uid"]

    for token in (world.second.token, world.outsider.business.token):
        assert (await ask.get(f"{JOBS}/{uid}", token=token)).status == 404
        assert (await ask.get(f"{ITEMS}?import_job_uid={uid}", token=token)).status == 404


async def test_an_installed_app_brings_clients(ask, world, work, owner):
    body = {
        "import_params": {"upload_type": "multi", "should_override": False},
        "fields_mapping": {"first_name": "given", "email": "mail"},
        "clients": [{"given": "Dana", "mail": "dana@x.example", "shoe": 39}, {"given": "=Bo"}],
    }
    told = await ask.post("/business/clients/v1/apps/zapier/import", token=world.first.token, json=body)
    await work()

    assert (told.status, list(told.json["data"])) == (201, ["session_id"])
    assert await owner.fetch("select first_name, email from client order by first_name desc") == [
        ("Dana", "dana@x.example"),
        ("=Bo", None),
    ]


APP = "/business/clients/v1/apps/zapier/import"


async def test_an_apps_keys_may_be_written_with_any_signs(ask, world, work, owner):
    given = {"@id": "crm-1", "a;b;c;d": "Dana", " mail\n": "dana@x.example", "EMAIL": "none"}
    body = {"fields_mapping": {"unique_id": "@id", "first_name": "a;b;c;d", "email": " mail\n"}, "clients": [given]}

    told = await ask.post(APP, token=world.first.token, json=body)
    await work()

    assert told.status == 201
    assert await owner.fetch("select first_name, email from client") == [("Dana", "dana@x.example")]
    assert await owner.fetchval("select key from client_key where kind = 'unique_id'") == "crm-1"


async def test_an_app_that_brings_more_keys_than_a_file_has_columns_is_refused_at_once(ask, world):
    clients = [{f"k{n}-{m}": 1 for m in range(60)} for n in range(1_000)]

    began = time.monotonic()
    told = await ask.post(APP, token=world.first.token, json={"clients": clients})

    assert (told.status, [fault["code"] for fault in told.json["errors"]]) == (422, ["too_many"])
    assert time.monotonic() - began < 5


async def test_an_app_that_brings_nobody_hears_the_end_at_once(ask, world, owner):
    told = await ask.post(APP, token=world.first.token, json={"clients": []})

    data = (await owner.fetchval("select facts from outbox"))["data"]
    assert told.status == 201
    assert (data["session_id"], "error" in data) == (str(told.json["data"]["session_id"]), False)


async def test_an_app_that_is_not_installed_is_told_so_in_upstreams_words(ask, world):
    told = await ask.post("/business/clients/v1/apps/google/import", token=world.first.token, json={"x": 1})

    assert told.status == 422
    assert told.json["errors"][0] == {
        "code": "invalid",
        "field": None,
        "message": "The application google is not installed for the business",
    }


async def test_the_export_is_csv_under_a_name_of_ours(ask, world):
    sent = await send_lead(ask, world.first.token, first_name="=1+1", email="a@x.example")
    await send_lead(ask, world.second.token)

    told = await ask.get(EXPORT, token=world.first.token)

    (row,) = csv.DictReader(io.StringIO(told.content.decode(), newline=""))
    assert told.header("content-type") == "text/csv; charset=utf-8"
    assert told.header("content-disposition").startswith('attachment; filename="clients-')
    assert (row["uid"], row["first_name"], row["email"]) == (sent["uid"], "'=1+1", "a@x.example")
