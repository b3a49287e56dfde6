"""The intake door for a logged request that is run again: everything as ever, but who runs it is known already."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from leadhall.core.db import Scope as Rows
from leadhall.core.db import scoped
from leadhall.core.errors import Invalid, Refusal
from leadhall.core.operation import Policy
from leadhall.intake.draft import LeadDraft
from leadhall.intake.dry_run import WouldBe
from leadhall.intake.facts import Receipt
from leadhall.intake.write import Outcome
from leadhall.requestlog.acts import note_again
from leadhall.tenancy.caller import BusinessRef, Caller, require
from leadhall.web.again import Again, Ran
from leadhall.web.answers import Header, Send
from leadhall.web.api.intake.door import IntakeDoor, Tried
from leadhall.web.api.intake.dry_run import OK
from leadhall.web.api.intake.form_style import POST_FORM, form_style
from leadhall.web.api.intake.leadgen import STYLES
from leadhall.web.api.intake.styles import Style
from leadhall.web.api.intake.visit import Visit
from leadhall.web.body import Receive
from leadhall.web.decode import decode_body
from leadhall.web.services import Services

WRITES, EDITS = "leads:write", "clients:write"
MAY_WRITE_LEADS = frozenset({WRITES})


async def run_again(services: Services, again: Again) -> Ran:
    """Run it; see `web.again.RunAgain`."""
    style = await _style_of(services, again)
    caller = await _caller(services, again)
    ran = await AgainDoor(services, replace(again, apply=False), caller, style).run()
    if not again.apply or ran.status != OK:  # what would be refused is not tried: the first request waits already
        return ran
    ran = await AgainDoor(services, again, caller, style).run()
    if ran.lead_uid is not None:
        async with scoped(services.app_pool, Rows.of([again.business.id])) as connection:
            await note_again(
                connection, again.business.id, ran.request_uid, of=again.request.uid, principal=again.by.principal,
                lead_uid=ran.lead_uid,
            )  # fmt: skip
    return ran


async def _style_of(services: Services, again: Again) -> Style:
    operation = again.request.operation
    if operation not in STYLES and operation != POST_FORM:
        raise Invalid("Only a request that would make a lead can be run again")
    if again.request.body is None or again.request.truncated:
        raise Invalid("Its body is not kept whole, so it cannot be run again")
    return STYLES.get(operation) or await form_style(services, again.business, again.request)


async def _caller(services: Services, again: Again) -> Caller:
    """Who runs it, with no more rights than the token it came with, and its mode."""
    by = again.by
    if WRITES not in by.scopes:
        require(by, Policy(frozenset({by.kind}), MAY_WRITE_LEADS))
    came = await services.doorkeeper.holder(again.request.token_uid) if again.request.token_uid else None
    may_edit = came is not None and came.may(EDITS)
    return replace(
        by,
        scopes=by.scopes if may_edit else by.scopes - {EDITS},
        mode="test" if came is not None and came.is_test else by.mode,
        own_identifiers=by.own_identifiers | (came.own_identifiers if came else frozenset()),
    )


class AgainDoor(IntakeDoor):
    """One request, once."""

    def __init__(self, services: Services, again: Again, caller: Caller, style: Style) -> None:
        super().__init__(services, operation=again.request.operation, policy=Policy(anybody=True), style=style)
        self._again = again
        self._caller = caller
        self._outcome: Outcome | Tried | Refusal | None = None
        self._sent: list[Any] = []

    async def run(self) -> Ran:
        """Through the door, and what came out."""
        await self(_scope(self._again), self._nothing, self._keep)
        status, headers = self._sent[0]["status"], dict(self._sent[0]["headers"])
        body = b"".join(message.get("body", b"") for message in self._sent[1:])
        return Ran(
            status=status,
            answer=_read(body),
            request_uid=headers[b"x-request-id"].decode(),
            lead_uid=self._outcome.conversation_uid if isinstance(self._outcome, Receipt) else None,
            facts=_facts(self._outcome),
        )

    async def _nothing(self) -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _keep(self, message: Any) -> None:
        self._sent.append(message)

    async def _receive(self, visit: Visit, _: Receive, __: list[Header]) -> Outcome | Tried:
        visit.caller = self._caller
        visit.body = _changed(self._again)
        with visit.patience:
            return await self._store(visit)

    async def _reached(self, _: Visit, __: str | None) -> BusinessRef:
        return self._again.business

    async def _draft(self, visit: Visit) -> LeadDraft:
        draft = await super()._draft(visit)
        return draft if self._again.notices else msgspec.structs.replace(draft, notifications=[])

    async def _answer(self, visit: Visit, outcome: Outcome | Tried, headers: list[Header], send: Send) -> None:
        self._outcome = outcome
        await super()._answer(visit, outcome, headers, send)

    async def _refuse(
        self, visit: Visit, refusal: Refusal, headers: list[Header], receive: Receive, send: Send
    ) -> None:
        self._outcome = refusal
        await super()._refuse(visit, refusal, headers, receive, send)


def _scope(again: Again) -> Any:
    kind = "application/json" if again.changes else again.request.content_type
    told = {"host": "again", "content-type": kind, "user-agent": again.user_agent, "idempotency-key": again.key}
    dry = {} if again.apply else {"dry-run": "true"}
    return {
        "type": "http",
        "method": "POST",
        "path": "",
        "raw_path": b"",
        "query_string": b"",
        "client": (again.ip, 0) if again.ip else None,
        "headers": [(name.encode(), value.encode("utf-8")) for name, value in {**told, **dry}.items() if value],
    }


def _changed(again: Again) -> bytes:
    """The body as it came; with changes, the same content in JSON."""
    body = again.request.body or b""
    if not again.changes:
        return body
    content = dict(decode_body(again.request.content_type, body).content) | dict(again.changes)
    return msgspec.json.encode({name: value for name, value in content.items() if value is not None})


def _read(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body.decode()


def _facts(outcome: Outcome | Tried | Refusal | None) -> dict[str, Any]:
    match outcome:
        case Receipt():
            return outcome.facts
        case WouldBe():
            return outcome.receipt.facts
        case Refusal():
            return {"faults": [{"code": f.code, "field": f.field, "message": f.message} for f in outcome.faults]}
        case _:
            return {}
