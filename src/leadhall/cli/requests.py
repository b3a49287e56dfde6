"""`leadhall requests list|show|tail|replay|redact`: every request that was answered, also the refused ones."""

from __future__ import annotations

from typing import Annotated, Any

import cyclopts
from cyclopts import Parameter

from leadhall.cli.output import Json, harmless, show_facts, show_json, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.core.errors import NotFound
from leadhall.core.sql import statements

SQL = statements(__package__, "requests.sql")
app = cyclopts.App(name="requests", help="The log of all requests.")
app.command("leadhall.cli.requests_tail:tail", name="tail")
app.command("leadhall.cli.requests_replay:replay", name="replay")
app.command("leadhall.cli.requests_redact:redact", name="redact")
LISTED = ("uid", "at", "business_uid", "operation", "status", "verdict", "lead_uid", "user_agent")


@app.command(name="list")
async def list_(
    *,
    business: Annotated[str | None, Parameter(help="Only of this business (any of its names).")] = None,
    directory: DirectoryOption = None,
    status: Annotated[int | None, Parameter(help="Only with this status, such as 422.")] = None,
    verdict: Annotated[str | None, Parameter(help="Only with this verdict, such as refused or held.")] = None,
    days: Annotated[int, Parameter(help="How far back.")] = 7,
    limit: Annotated[int, Parameter(help="At most how many.")] = 50,
    as_json: Json = False,
) -> None:
    """Requests, newest first."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory) if business else None
        rows = await at.connection.fetch(SQL["list"], days, found.id if found else None, status, verdict, limit)
    show_rows([_readable(row) for row in rows], as_json=as_json, columns=LISTED, nothing="no requests")


@app.command
async def show(uid: str, /, *, as_json: Json = False) -> None:
    """One request by its uid (the X-Request-Id of its answer), with its headers, exact body and answer."""
    async with session() as at:
        row = await at.connection.fetchrow(SQL["show"], uid)
    if row is None:
        raise NotFound(f"there is no request {uid}, or it is no longer kept")
    request = _readable(row)
    if as_json:
        show_json(request)
        return
    parts = [request.pop(name) for name in ("headers", "body", "answer")]
    show_facts(request, as_json=False)
    for part in parts:
        if part is not None:
            print(f"\n{harmless(part, keep=chr(10))}")


def _readable(row: Any) -> dict[str, Any]:
    """Bytes as text: what is not UTF-8 is spelled out."""
    request = dict(row)
    for name in ("body", "answer"):
        if request.get(name) is not None:
            request[name] = request[name].decode("utf-8", "backslashreplace")
    return request | {"ip": str(request["ip"]) if request["ip"] else None}
