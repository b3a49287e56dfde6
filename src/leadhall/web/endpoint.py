"""An ordinary operation as an ASGI app: who calls, may they, how often, what they ask; then its handler.

Refusals come in the order of api.md 0.3. Every request of a caller leaves a row in the
request log, written behind; so do strangers' and hasty ones, ten a minute. What people
do in the console is no request of a caller: their acts are in the audit and the timeline.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from leadhall.core.clock import now
from leadhall.core.errors import Invalid, Refusal
from leadhall.core.ids import mint
from leadhall.core.logs import without_secret
from leadhall.core.operation import ANYBODY, SIGNED_IN, Operation
from leadhall.requestlog.allowance import Allowance
from leadhall.requestlog.rows import RequestRow, kept_of
from leadhall.web.answers import Header, Send, send_answer, send_stream
from leadhall.web.api.caller import client_ip, identify, may_call, take_quota
from leadhall.web.api.query import parameters, read_query
from leadhall.web.api.refusals import body_of, headers_of, refusal_of, send_refusal, status_of
from leadhall.web.body import Gone, Receive
from leadhall.web.call import Answer, Call
from leadhall.web.head import Scope, check_head, client_request_id, header, user_agent
from leadhall.web.kept import kept_answer, kept_headers
from leadhall.web.services import Services
from leadhall.web.signed_in import require_signed_in

RATE_LIMITED = 429
REFUSED_FROM = 400
ANSWER_WITHIN_S = 9.0  # whatever hangs behind us: nobody is kept waiting longer than ten seconds
CONTENT_TYPE_MOST_CHARS = 255
PROBES = "Health"  # the tag of the operations by which operators look after us


class Endpoint:
    """Answers one operation; a refusal is answered and logged like everything else."""

    def __init__(self, operation: Operation, services: Services, allowance: Allowance) -> None:
        self._operation = operation
        self._services = services
        self._allowance = allowance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        at, began = now(), time.perf_counter()
        call = Call(self._services, self._operation, scope, receive, mint(), client_ip(self._services, scope))
        limits: list[Header] = []
        try:
            answer = await self._answer(call, limits)
        except Gone as gone:
            await send_refusal(send, gone.refusal, request_id=call.request_id)
            return
        octets = b"" if answer.stream is not None else answer.octets
        await self._send(call, answer, octets, limits, send)
        seconds = time.perf_counter() - began
        self._services.metrics.request(self._operation.name, answer.status, seconds)
        self._note(call, answer, octets, at, seconds)

    async def _send(self, call: Call, answer: Answer, octets: bytes, limits: list[Header], send: Send) -> None:
        head_only = call.scope["method"] == "HEAD"
        told: dict[str, Any] = {
            "request_id": call.request_id,
            "content_type": answer.content_type,
            "headers": [*answer.headers, *call.headers, *limits],
            "cache": answer.cache,
        }
        if answer.stream is None or head_only:
            await send_answer(send, answer.status, octets, head_only=head_only, **told)
        else:
            await send_stream(send, call.receive, answer.status, answer.stream, **told)

    async def _answer(self, call: Call, limits: list[Header]) -> Answer:
        """The handler's answer, or the refusal as one. Only Gone gets out."""
        try:
            check_head(call.scope)
            with self._counted(call):
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    await self._admit(call, limits)
                    answer: Answer = await self._operation.handler(call)
                    return answer
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001 - the last place where one can be answered
            refusal = refusal_of(error, call.request_id, self._operation.name)
            call.refusal = refusal
            if self._operation.refused is not None:
                return await self._shown(call, refusal)
            headers = tuple(headers_of(refusal))
            return Answer(
                body_of(refusal, call.request_id, self._operation.family), status=status_of(refusal), headers=headers
            )

    async def _shown(self, call: Call, refusal: Refusal) -> Answer:
        """A refusal in the operation's own way."""
        shown: Answer = await self._operation.refused(call, refusal, status_of(refusal), tuple(headers_of(refusal)))  # type: ignore[misc]
        return shown

    def _counted(self, call: Call) -> Any:
        """In flight, unless it is a probe of health: those are answered however full we are."""
        is_probe = self._operation.tag == PROBES
        return nullcontext() if is_probe else self._services.in_flight.one(call.ip or "")

    async def _admit(self, call: Call, limits: list[Header]) -> None:
        """Fill in caller and query, or refuse. `limits` gets the headers that tell what is left of the quota."""
        if self._operation.policy == SIGNED_IN:
            call.signed_in = await require_signed_in(call)
            call.caller = call.signed_in.caller()
        elif not self._operation.policy.anybody:
            call.caller = await identify(self._services, call.scope, call.ip)
            may_call(self._services, call.caller, self._operation.policy)
            limits += take_quota(self._services, call.caller, call.scope)
        if self._operation.query is not None:
            call.query = self._query(call)

    def _query(self, call: Call) -> Any:
        try:
            return read_query(call.scope, self._operation.query)
        except Invalid as refusal:
            raise self._operation.unfit(refusal) if self._operation.unfit else refusal from None

    def _note(self, call: Call, answer: Answer, octets: bytes, at: datetime, seconds: float) -> None:
        """Leave a row behind, if this request is worth one.

        Of secret operations neither body nor answer is kept, of those that take a file of people no body.
        """
        policy, status = self._operation.policy, answer.status
        if policy in (ANYBODY, SIGNED_IN) or call.is_logged or not self._is_worth_a_row(call, status):
            return
        caller, is_secret = call.caller, self._operation.secret
        is_kept = self._operation.logs_body and not is_secret
        body, truncated = kept_of(call.body) if is_kept else (None, False)
        is_told = octets and not is_secret
        told, cut = kept_answer(octets, read=self._operation.method == "GET") if is_told else (None, False)
        self._services.behind.add(
            RequestRow(
                business_id=call.business_id or (caller.business_id if caller else None) or 0,
                uid=call.request_id,
                at=at,
                operation=self._operation.name,
                status=status,
                verdict="refused" if status >= REFUSED_FROM else "accepted",
                token_uid=caller.token_uid if caller else None,
                client_request_id=client_request_id(call.scope),
                user_agent=user_agent(call.scope),
                ip=call.ip,
                duration_us=int(seconds * 1e6),
                content_type=_content_type(call.scope) if body else None,
                body=body,
                truncated=truncated,
                facts=_facts(call),
                headers=kept_headers(call.scope),
                answer=told,
                answer_type=answer.content_type.decode() if told else None,
                answer_cut=cut,
                email_mark=call.marks.get("email"),
                phone_mark=call.marks.get("phone"),
                unique_id_mark=call.marks.get("unique_id"),
            )
        )

    def _is_worth_a_row(self, call: Call, status: int) -> bool:
        if call.caller is None:
            return self._allowance.take(("ip", call.ip))
        return status != RATE_LIMITED or self._allowance.take(("token", call.caller.token_uid))


def _content_type(scope: Scope) -> str | None:
    kind = header(scope, b"content-type")
    return kind[:CONTENT_TYPE_MOST_CHARS].replace("\x00", "") if kind else None


def _facts(call: Call) -> dict[str, Any]:
    """What the row tells beyond its columns. A secret operation keeps no query, a stranger's is nobody's business."""
    facts: dict[str, Any] = {}
    if call.caller is not None and not call.operation.secret and call.scope["query_string"]:
        facts["query"] = _query(call.scope)
    if call.refusal is not None:
        facts["faults"] = _faults(call.refusal)
    return facts


def _query(scope: Scope) -> dict[str, str]:
    try:
        return {name: without_secret(name, value) for name, value in parameters(scope).items()}
    except Refusal:
        return {}


def _faults(refusal: Refusal) -> list[dict[str, str | None]]:
    return [{"code": fault.code, "field": fault.field, "message": fault.message} for fault in refusal.faults]
