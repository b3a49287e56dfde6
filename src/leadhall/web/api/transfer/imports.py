"""Clients in by file, and out as CSV: import jobs as upstream has them for products (api.md 3.12), and an export."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from leadhall.clients.desk import Desk, open_desk
from leadhall.core.clock import now
from leadhall.core.db import Scope, scoped
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply, with_own
from leadhall.core.text import Value, clean
from leadhall.tenancy.apps import is_installed
from leadhall.transfer.export import EXPORT_MOST_ROWS, as_csv, export_clients
from leadhall.transfer.jobs import Job, NewJob, finish, get_job, list_items, open_job
from leadhall.transfer.mapping import map_columns
from leadhall.transfer.sheet import FILE_MOST_BYTES, Sheet, read_sheet
from leadhall.transfer.unpacking import CELL_MOST_CHARS, COLUMNS_MOST
from leadhall.web.api.given import Given
from leadhall.web.api.paging import next_link_after
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.refusals import Worded
from leadhall.web.api.transfer.import_types import (
    JOB_TYPES,
    PROVIDER_TYPES,
    AppImportBody,
    ImportBody,
    JobReply,
    RowsQuery,
    RowsReply,
    SessionReply,
    shown_job,
    shown_row,
)
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, read_content, writing
from leadhall.web.call import Answer, Call
from leadhall.web.decode import Unreadable, decode_json, decode_upload, media_type
from leadhall.web.head import header

UPLOAD_MOST_BYTES = FILE_MOST_BYTES + 64 * 1024
MAPPING_MOST_CHARS = 64 * 1024
EXCEL_WITHIN_S = 8.0
"""Less than the endpoint waits for an answer, so that who sends a slow file hears why, and nothing of it goes on."""


def read_upload(call: Call, body: bytes) -> dict[str, Value]:
    """The fields of the body; the file is kept beside them, and stands for itself by what it holds."""
    kind, _, boundary = media_type(header(call.scope, b"content-type"))
    if kind == "multipart":
        content, call.upload = decode_upload(body, boundary, "file")
    else:
        content = read_content(call, body)
        given = content.get("content")
        call.upload = given.encode() if isinstance(given, str) and given else None
    return content


async def create_job(work: Work) -> Answer:
    """A job that the worker does. 201 when the file is kept and could be read."""
    given, content = work.given, work.call.upload
    if content is None:
        raise Worded(400, "File must be provided", code="missing", field="file")
    given.word("entity_type", ("clients",))
    given.word("provider_type", PROVIDER_TYPES)
    job_type = given.word("job_type", JOB_TYPES)
    overrides = bool(given.boolean("should_override"))
    said = _said(work)
    given.settle()
    sheet = await asyncio.to_thread(read_sheet, content, excel_within_s=EXCEL_WITHIN_S)
    job = await _open(work, sheet, content, said, source="api", overrides=overrides, validates=job_type == "validate")
    return Answer({"success": True, "data": {"import_job": shown_job(job)}}, status=201)


def _said(work: Work) -> dict[str, str | None]:
    """The mapping; in a form it is JSON text."""
    value = work.given.plain.get("mapping")
    if isinstance(value, str):
        value = _read(value.strip())
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(each is None or isinstance(each, str) for each in value.values()):
        work.given.wrong("invalid", "mapping", "must be an object of column to field")
        return {}
    return value


def _read(text: str) -> Any:
    """JSON text as carefully read as a body; None when blank, False when it is no object or over its limit."""
    if text in ("", "null"):
        return None
    try:
        return decode_json(text.encode()) if len(text) <= MAPPING_MOST_CHARS else False
    except Unreadable:
        return False


async def _open(
    work: Work, sheet: Sheet, content: bytes, said: dict[str, str | None], *, source: Any, **how: bool
) -> Job:
    desk: Desk = await open_desk(work.connection, work.business_id, work.caller.principal)
    new = NewJob(
        source=source,
        mapping=map_columns(desk.card, sheet.headings, said).told,
        sha256=sheet.sha256,
        total=len(sheet.rows),
        actor=work.caller.principal,
        token_uid=work.caller.token_uid,
        **how,
    )
    return await open_job(work.connection, work.business_id, new, content=content)


async def show_job(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        job = await get_job(connection, business.id, call.path["uid"])
    return Answer({"success": True, "data": {"import_job": shown_job(job)}})


async def list_job_items(call: Call) -> Answer:
    """Rows in the order of the file."""
    query: RowsQuery = call.query
    async with reading(call) as (business, connection):
        job = await get_job(connection, business.id, query.import_job_uid)
        items = await list_items(
            connection, business.id, job.uid, state=query.status, after=query.after, most=query.size
        )
    after = str(items[-1].n) if len(items) == query.size else None
    body = {"success": True, "data": {"import_job_items": [shown_row(item) for item in items]}}
    return Answer(body, headers=next_link_after(call, after))


async def import_from_app(work: Work) -> Answer:
    """Clients that an app brings. Its fields are mapped the other way round: field to key."""
    code = work.call.path["code"]
    if not await is_installed(work.connection, work.business_id, code):
        words = f"The application {code} is not installed for the business"
        raise Worded(422, words, code="invalid")
    given = work.given
    overrides = bool(given.part("import_params").boolean("should_override"))
    mapping = {theirs: ours for ours, theirs in given.pairs("fields_mapping").items()}
    brought = given.parts("clients") or []
    keys = _keys(given, mapping, brought)
    rows = [_texts(each) for each in brought]
    given.settle()
    content = as_csv(([row.get(key, "") for key in keys] for row in rows), headings=keys)
    sheet = await asyncio.to_thread(read_sheet, content)
    said: dict[str, str | None] = {key: mapping[key] for key in sheet.headings if key in mapping}
    job = await _open(work, sheet, content, said, source="app", overrides=overrides)
    if not job.total:
        await finish(work.connection, job)
    return Answer({"success": True, "data": {"session_id": job.number}}, status=201)


def _keys(given: Given, mapping: Mapping[str, str], brought: Sequence[Given]) -> list[str]:
    """The app's keys that mean something, as columns. Invalid, before a cell is made, when there are too many."""
    found = dict.fromkeys(mapping)
    for each in brought:
        found |= dict.fromkeys(clean(key)[0] for key, value in each.plain.items() if value not in (None, ""))
    if len(found) > COLUMNS_MOST:
        given.wrong("too_many", "clients", f"must have at most {COLUMNS_MOST} keys in all, as a file has columns")
        given.settle()
    return list(found) or ["first_name"]


def _texts(brought: Given) -> dict[str, str]:
    given = ((key, brought.text(key, most_chars=CELL_MOST_CHARS)) for key in brought.keys)
    return {clean(key)[0]: text for key, text in given if text is not None}


class ExportQuery(msgspec.Struct, kw_only=True):
    after: Annotated[str | None, Meta(description="Go on below this uid, the last of the part before.")] = None
    business_id: str | None = None


async def export_csv(call: Call) -> Answer:
    """All clients as CSV, as they are read."""
    query: ExportQuery = call.query
    async with reading(call) as (business, connection):
        card = (await open_desk(connection, business.id, call.known.principal)).card
    connected = partial(scoped, call.services.app_pool, Scope.of([business.id]))
    named = f'attachment; filename="clients-{now():%Y-%m-%d}.csv"'.encode()
    return Answer(
        stream=export_clients(connected, business.id, card, after=query.after),
        content_type=b"text/csv; charset=utf-8",
        headers=((b"content-disposition", named),),
    )


_WRITERS = Policy.tokens("staff", "app", "directory", scopes=("clients:write",))
_READERS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
_NOT_FOUND = ErrorCase(404, "not_found", "There is no such import job.")
_UID = "0m5x4kq0000003im"
_JOB = {
    "uid": _UID,
    "session_id": 1,
    "entity_type": "clients",
    "job_type": "execute",
    "status": "pending",
    "progress": {"total": 2, "done": 0, "error": 0, "pending": 2},
    "created": 0,
    "updated": 0,
    "skipped": 0,
    "failed": 0,
    "mapping": {"First name": "first_name", "E-mail": "email", "Shoe size": None},
    "error": None,
    "created_at": "2026-11-22T09:30:00.123Z",
    "updated_at": "2026-11-22T09:30:00.123Z",
}
_ROW = {"row": 1, "status": "created", "client_uid": "0m5x4kq2v7c9t1ab", "external_id": "crm-17", "errors": []}

OPERATIONS = (
    Operation(
        name="create_import_job",
        title="Import clients",
        summary="Keeps a CSV or Excel file of at most 10 MiB and 100,000 rows; the worker takes it in. A known client "
        "(by uid, email or unique id) is skipped or changed; a row that cannot be taken is refused alone. Send "
        "multipart/form-data with the part `file`, or JSON with `content`.",
        method="POST",
        path="/v3/integrations/import_jobs",
        door="api",
        policy=_WRITERS,
        handler=writing(create_job, read=read_upload, most_bytes=UPLOAD_MOST_BYTES),
        request=ImportBody,
        replies=(Reply(201, JobReply, {"success": True, "data": {"import_job": _JOB}}, "The job; ask how it goes."),),
        errors=(
            *with_own(
                ERRORS_OF_POSTS, ErrorCase(413, "too_large", "The body is over 10 MiB."), instead_of=(413, "too_large")
            ),
            ErrorCase(400, "missing", "There is no file."),
            ErrorCase(
                422,
                "too_large",
                "The Excel file unpacks to over 200 MiB, or takes too much memory or more than six seconds.",
            ),
            ErrorCase(422, "unreadable", "The file is neither CSV nor Excel."),
        ),
        examples=(
            Example("CSV in JSON", {"entity_type": "clients", "content": "first_name,email\nDana,dana@example.com\n"}),
            Example(
                "Only looked at",
                {
                    "entity_type": "clients",
                    "job_type": "validate",
                    "content": "Name;Mail;Shoe size\nDana Levi;dana@example.com;39\n",
                    "mapping": {"Shoe size": None},
                },
            ),
        ),
        logs_body=False,
        family="b",
        tag="Import and export",
    ),
    Operation(
        name="get_import_job",
        title="Get an import job",
        summary="How far an import is.",
        method="GET",
        path="/v3/integrations/import_jobs/{uid}",
        door="api",
        policy=_READERS,
        handler=show_job,
        replies=(Reply(200, JobReply, {"success": True, "data": {"import_job": _JOB}}, "The job."),),
        errors=(*ERRORS, _NOT_FOUND),
        examples=(Example("A job", path={"uid": "0m5x4kq0000003im"}),),
        family="b",
        tag="Import and export",
    ),
    Operation(
        name="list_import_job_items",
        title="List rows of an import",
        summary="What became of each row, in the order of the file.",
        method="GET",
        path="/v3/integrations/import_job_items",
        door="api",
        policy=_READERS,
        handler=list_job_items,
        query=RowsQuery,
        replies=(
            Reply(200, RowsReply, {"success": True, "data": {"import_job_items": [_ROW]}}, "Rows; `Link` names more."),
        ),
        errors=(*ERRORS, _NOT_FOUND, ErrorCase(422, "missing", "No import job is named.")),
        examples=(Example("What was refused", query={"import_job_uid": _UID, "status": "failed"}),),
        family="b",
        tag="Import and export",
    ),
    Operation(
        name="import_from_app",
        title="Import clients from an app",
        summary="An installed app brings clients, at most 1,000 at once, of at most 200 different keys in all; the "
        "worker takes them in.",
        method="POST",
        path="/business/clients/v1/apps/{code}/import",
        door="api",
        policy=_WRITERS,
        handler=writing(import_from_app),
        request=AppImportBody,
        replies=(Reply(201, SessionReply, {"success": True, "data": {"session_id": 1}}, "The session of the import."),),
        errors=(*ERRORS_OF_POSTS,),
        examples=(
            Example(
                "Two clients",
                {
                    "import_params": {"upload_type": "multi", "should_override": False},
                    "fields_mapping": {"first_name": "given", "email": "mail"},
                    "clients": [{"given": "Dana", "mail": "dana@example.com"}, {"given": "Bo"}],
                },
                path={"code": "zapier"},
            ),
        ),
        family="b",
        tag="Import and export",
    ),
    Operation(
        name="export_clients",
        title="Export clients",
        summary="The clients of a business as CSV, newest first, at most 100,000; `after` goes on. A cell that a "
        "spreadsheet would calculate begins with '. An import takes it back as it was.",
        method="GET",
        path="/ext/v1/clients.csv",
        door="api",
        policy=_READERS,
        handler=export_csv,
        query=ExportQuery,
        replies=(Reply(200, None, None, f"At most {EXPORT_MOST_ROWS:,} lines.", media_type="text/csv"),),
        errors=ERRORS,
        examples=(Example("All"),),
        tag="Import and export",
    ),
)
