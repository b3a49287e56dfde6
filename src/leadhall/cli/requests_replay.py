"""`leadhall requests replay`: what a logged request would do today, and with --apply that it does it."""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from typing import Annotated, Any

import structlog
from cyclopts import Parameter

from leadhall.app import Application
from leadhall.cli.faults import Usage
from leadhall.cli.output import Json, harmless, say, show_json
from leadhall.cli.session import Session, session
from leadhall.cli.webhook import key_at
from leadhall.core.errors import NotFound
from leadhall.core.operation import SCOPES
from leadhall.core.sql import statements
from leadhall.intake.comparing import Line, compared
from leadhall.requestlog.read import get_request
from leadhall.tenancy.audit import OPERATOR
from leadhall.tenancy.caller import BusinessRef, Caller
from leadhall.web.again import Again, Ran, decided_then

SQL = statements(__package__, "requests.sql")
REFUSED_FROM = 400
SIGNS = {"both": "  ", "then": "- ", "now": "+ "}


async def replay(
    uid: str,
    /,
    *changes: Annotated[str, Parameter(help="FIELD=VALUE: of the body, instead of what came; FIELD= takes it out.")],
    apply: Annotated[bool, Parameter(help="Store the lead. Otherwise nothing is stored.")] = False,
    notices: Annotated[bool, Parameter(help="Send the notices that were asked for.")] = False,
    key: Annotated[str | None, Parameter(help="Another idempotency key: makes one more lead.")] = None,
    as_json: Json = False,
) -> int:
    """Run a logged request again: a dry run unless --apply, which works once. Exit code 1 when it is refused."""
    async with session() as at:
        business_id = await at.connection.fetchval(SQL["whose"], uid)
        if business_id is None:
            raise NotFound(f"there is no request {uid}, or it is no longer kept")
        if business_id == 0:
            raise Usage("it reached no business, so it is not known for whom to run it")
        request = await get_request(at.connection, business_id, uid)
        then = await decided_then(at.connection, business_id, request)
        business = BusinessRef(*await at.connection.fetchrow(SQL["business_ref"], business_id))
        again = Again(
            request=request, business=business, by=_operator(business), key=key or f"again {uid}", apply=apply,
            notices=notices, changes=dict(map(_change, changes)), user_agent="leadhall requests replay",
        )  # fmt: skip
        ran = await _run(at, again)
    _show(ran, compared(then, ran.facts), applied=apply, as_json=as_json)
    return int(ran.status >= REFUSED_FROM)


def _operator(business: BusinessRef) -> Caller:
    """Who sits at the machine may do everything in the business."""
    return Caller(
        token_uid=OPERATOR, principal=OPERATOR, kind="directory", directory_id=business.directory_id,
        business=business, business_id=business.id, scopes=frozenset(SCOPES),
    )  # fmt: skip


def _change(told: str) -> tuple[str, str | None]:
    name, equals, value = told.partition("=")
    if not name or not equals:
        raise Usage(f"not FIELD=VALUE: {told}")
    return name, value or None


async def _run(at: Session, again: Again) -> Ran:
    settings = replace(at.settings, dispatch=False)
    only_errors = structlog.make_filtering_bound_logger(logging.ERROR)
    structlog.configure(wrapper_class=only_errors, logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    async with Application(settings, at.database, key_at(at.settings)).running() as services:
        return await services.run_again(services, again)


def _show(ran: Ran, lines: list[Line], *, applied: bool, as_json: bool) -> None:
    if as_json:
        diff: list[dict[str, Any]] = [{"side": line.side, "text": line.text} for line in lines]
        show_json({"status": ran.status, "applied": applied, "answer": ran.answer, "diff": diff})
        return
    say(f"{ran.status}  {'stored' if ran.lead_uid else 'dry run: nothing was stored'}  (- then, + today)")
    for line in lines:
        print(harmless(SIGNS[line.side] + line.text))
    if ran.lead_uid:
        print(f"\nleadhall lead show {ran.lead_uid}")
