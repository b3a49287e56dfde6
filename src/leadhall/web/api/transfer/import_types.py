"""Import jobs in upstream's shapes (api.md 3.12), for clients."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.core.clock import iso_milliseconds
from leadhall.transfer.jobs import Item, Job
from leadhall.web.api.paging import PER_PAGE_MOST

JOB_TYPES = ("validate", "execute")
PROVIDER_TYPES = ("excel", "import_job")


class ImportBody(msgspec.Struct, kw_only=True):
    """Sent as multipart/form-data with the part `file`, or as JSON with `content`."""

    entity_type: Annotated[Literal["clients"], Meta(description="What the rows are.")] = "clients"
    job_type: Annotated[Literal["validate", "execute"], Meta(description="validate writes no client.")] = "execute"
    provider_type: Annotated[
        Literal["excel", "import_job"] | None, Meta(description="Taken for upstream's sake; the file tells what it is.")
    ] = None
    content: Annotated[str | None, Meta(description="CSV, in place of the part `file`.")] = None
    mapping: Annotated[
        dict[str, str | None] | None,
        Meta(description="Column to field where the guess is wrong; null leaves a column out. As JSON text in a form."),
    ] = None
    should_override: Annotated[
        bool, Meta(description="What the file says replaces what a known client has; otherwise known ones are skipped.")
    ] = False
    locale: Annotated[str | None, Meta(description="Taken for upstream's sake.")] = None
    business_id: str | None = None


class Progress(msgspec.Struct):
    total: int
    done: int
    error: int
    pending: int


class JobItem(msgspec.Struct, kw_only=True):
    """One import."""

    uid: str
    session_id: int
    entity_type: Literal["clients"]
    job_type: Literal["validate", "execute"]
    status: Literal["pending", "processing", "done", "error"]
    progress: Annotated[Progress, Meta(description="Rows; `error` are those that were refused.")]
    created: int
    updated: int
    skipped: int
    failed: int
    mapping: Annotated[dict[str, str | None], Meta(description="Column to field; null: left out.")]
    error: Annotated[str | None, Meta(description="Why the job ended, when it did not reach its last row.")]
    created_at: str
    updated_at: str


class JobData(msgspec.Struct):
    import_job: JobItem


class JobReply(msgspec.Struct):
    success: Literal[True]
    data: JobData


class RowFault(msgspec.Struct):
    code: str
    field: str | None
    message: str


class RowItem(msgspec.Struct, kw_only=True):
    """What became of one row."""

    row: Annotated[int, Meta(description="In the file, below the headings, from 1.")]
    status: Literal["created", "updated", "skipped", "failed"]
    client_uid: str | None
    external_id: str | None
    errors: Annotated[
        list[RowFault], Meta(description="Why it failed; of another row, what of it was not done: a uid not kept.")
    ]


class RowsData(msgspec.Struct):
    import_job_items: list[RowItem]


class RowsReply(msgspec.Struct):
    success: Literal[True]
    data: RowsData


class RowsQuery(msgspec.Struct, kw_only=True):
    import_job_uid: Annotated[str, Meta(description="Whose rows.")]
    status: Annotated[Literal["created", "updated", "skipped", "failed"] | None, Meta(description="Only these.")] = None
    per_page: Annotated[int, Meta(ge=1, description=f"At most {PER_PAGE_MOST}; more is taken as that.")] = 25
    after: Annotated[int, Meta(ge=0, le=10**9, description="Continue below this row, as the Link header says.")] = 0

    @property
    def size(self) -> int:
        return min(self.per_page, PER_PAGE_MOST)


class AppImportBody(msgspec.Struct, kw_only=True):
    import_params: Annotated[
        dict[str, Any] | None,
        Meta(description="`should_override`; `upload_type` and `send_notifications_when_done` for upstream's sake."),
    ] = None
    fields_mapping: Annotated[dict[str, str] | None, Meta(description="Field of the card to the app's own key.")] = None
    clients: Annotated[
        list[dict[str, Any]] | None, Meta(description="The app's clients, at most 1,000; their values are text.")
    ] = None
    business_id: str | None = None


class SessionData(msgspec.Struct):
    session_id: int


class SessionReply(msgspec.Struct):
    success: Literal[True]
    data: SessionData


def shown_job(job: Job) -> JobItem:
    return JobItem(
        uid=job.uid,
        session_id=job.number,
        entity_type="clients",
        job_type="validate" if job.validates else "execute",
        status=job.state,
        progress=Progress(job.total, job.taken - job.failed, job.failed, job.total - job.taken),
        created=job.created,
        updated=job.updated,
        skipped=job.skipped,
        failed=job.failed,
        mapping=job.mapping,
        error=job.error,
        created_at=iso_milliseconds(job.created_at),
        updated_at=iso_milliseconds(job.updated_at),
    )


def shown_row(item: Item) -> RowItem:
    faults = [RowFault(fault["code"] or "", fault["field"], fault["message"] or "") for fault in item.faults or ()]
    return RowItem(
        row=item.n,
        status=item.state,  # type: ignore[arg-type] # the table checks it
        client_uid=item.client_uid,
        external_id=item.external_id,
        errors=faults,
    )
