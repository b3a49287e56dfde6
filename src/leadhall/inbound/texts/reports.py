"""What the provider reports of a text of ours: evidence that it arrived, or that it did not and why."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from leadhall.clients.stops import record_stop
from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.core.text import clean
from leadhall.dispatch.suppression import Reason, report_arrival, report_failure
from leadhall.notify.sms.codes import Fault, fault_of

log = structlog.get_logger(__name__)

SQL = statements(__package__, "reports.sql")
ARRIVED = frozenset({"delivered", "read"})
FAILED = frozenset({"failed", "undelivered", "canceled"})
WORDS_MOST_CHARS = 200
_CLOSES: dict[Fault, Reason] = {"stopped": "stopped", "number": "bounced"}
"""Whose fault closes the number; every other is this text's or ours."""


async def take_report(connection: Connection, business_id: int, delivery_uid: str, form: Mapping[str, str]) -> bool:
    """Whether it changed something. Steps on the way (queued, sending, sent) are no evidence of anything.

    Call it in a transaction; its signature was checked. A report about another text than the delivery's is nobody's.
    """
    state = form.get("MessageStatus") or form.get("SmsStatus") or ""
    if state not in ARRIVED | FAILED:
        return False
    row = await connection.fetchrow(SQL["delivery"], business_id, delivery_uid)
    if row is None or row["provider_uid"] not in (None, form.get("MessageSid")):
        return False
    if state in ARRIVED:
        return await report_arrival(connection, business_id, delivery_uid)
    code = _code(form)
    fault = fault_of(code)
    words = clean(f"{state} {code or ''} {form.get('ErrorMessage', '')}")[0].strip()[:WORDS_MOST_CHARS]
    if not await report_failure(connection, business_id, delivery_uid, answer=words, reason=_CLOSES.get(fault)):
        return False
    if fault == "stopped":
        await record_stop(connection, business_id, row["recipient"])
    if fault == "sender":
        log.error("the account or number of texts is refused", delivery=delivery_uid, code=code)
    return True


def _code(form: Mapping[str, str]) -> int | None:
    told = form.get("ErrorCode", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 9 else None  # noqa: PLR2004 - as int() takes it
