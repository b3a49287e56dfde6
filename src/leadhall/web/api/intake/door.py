"""The hot route, as a raw ASGI handler: bytes in, one durable lead, 201 out.

Refusals come in the order of api.md 0.3: method, token, rate, media type, size, readability,
business, content. Each is logged with its request before it is answered, in the commit of the
next batch.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from leadhall.core.errors import Invalid, KeyInFlight, Refusal, Unstorable
from leadhall.core.operation import Policy
from leadhall.intake.draft import LeadDraft, draft_lead, needs_to_know
from leadhall.intake.dry_run import WouldBe
from leadhall.intake.facts import KeptAnswer, Receipt
from leadhall.intake.marks import marks_of
from leadhall.intake.plan import Arrival, Claim
from leadhall.intake.write import Outcome
from leadhall.requestlog.allowance import Allowance
from leadhall.tenancy.caller import BusinessRef, DeadToken
from leadhall.web.answers import Header, Send, encode_json, send_answer
from leadhall.web.api.caller import business_named, client_ip, identify, may_call, reach, recognize, take_quota
from leadhall.web.api.idempotency_key import idempotency_key
from leadhall.web.api.intake.dry_run import OK, asks_for_dry_run, dry_run_reply
from leadhall.web.api.intake.styles import Style
from leadhall.web.api.intake.visit import Visit
from leadhall.web.api.refusals import MethodNotAllowed, headers_of, refusal_of, send_refusal
from leadhall.web.body import INTAKE_MOST_BYTES, BodyTooLarge, Gone, Receive, read_body
from leadhall.web.decode import decode_body, media_type
from leadhall.web.head import Scope, check_head, utf8_header
from leadhall.web.services import Services

Tried = WouldBe | KeptAnswer

REPLAYED: Header = (b"idempotent-replayed", b"true")
CREATED, UNAVAILABLE = 201, 503
KEPT_UNDER_A_KEY = frozenset({409, 422})
CHEAP_TO_CAUSE = frozenset({413, 429})


class IntakeDoor:
    """One endpoint of intake, speaking one style."""

    def __init__(self, services: Services, *, operation: str, policy: Policy, style: Style) -> None:
        self._services = services
        self._operation = operation
        self._policy = policy
        self._style = style
        self._allowance = Allowance()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = Visit(self._operation, scope, client_ip(self._services, scope))
        headers: list[Header] = []
        try:
            with self._services.in_flight.one(visit.ip or ""):
                outcome = await self._receive(visit, receive, headers)
                await self._answer(visit, outcome, headers, send)
        except Gone as gone:
            await send_refusal(send, gone.refusal, request_id=visit.uid)
        except Exception as error:  # noqa: BLE001 - whatever happened, the caller gets an answer in our words
            await self._refuse(visit, refusal_of(error, visit.uid, self._operation), headers, receive, send)

    async def _receive(self, visit: Visit, receive: Receive, headers: list[Header]) -> Outcome | Tried:
        """Read the request and store its lead; raises the first refusal."""
        services, scope = self._services, visit.scope
        check_head(scope)
        if scope["method"] != "POST":
            raise MethodNotAllowed(scope["method"], ("POST",))
        visit.caller = recognize(services, scope, visit.ip)
        if visit.caller is None:
            with visit.patience:
                visit.caller = await identify(services, scope, visit.ip)
        may_call(services, visit.caller, self._policy)
        headers += take_quota(services, visit.caller, scope)
        media_type(visit.content_type)
        visit.body = await read_body(scope, receive, INTAKE_MOST_BYTES)
        with visit.patience:
            return await self._store(visit)

    async def _store(self, visit: Visit) -> Outcome | Tried:
        draft = await self._draft(visit)
        arrival = Arrival(what=draft, sender=visit.sender(), request=visit.row(), claim=visit.claim)
        if asks_for_dry_run(visit.scope):
            return await self._try_out(visit, arrival)
        return await self._queue(visit, arrival)

    async def _try_out(self, visit: Visit, arrival: Arrival) -> Tried:
        """A dry run: nothing is stored but its row, and in it the answer, which nothing else could tell again."""
        tried = await self._services.dry_runs.try_out(arrival)
        status, facts = (tried.status, {}) if isinstance(tried, KeptAnswer) else (OK, _facts(visit, tried))
        await self._queue(
            visit, Arrival(what=visit.tried(status, facts), sender=arrival.sender, request=arrival.request)
        )
        return tried

    def _queue(self, visit: Visit, arrival: Arrival) -> Awaitable[Outcome]:
        return self._services.batcher.receive(arrival, waited_s=visit.patience.spent_s)

    async def _draft(self, visit: Visit) -> LeadDraft:
        services, caller = self._services, visit.caller
        assert caller is not None
        read = self._style.read(visit.content_type, visit.body)
        submission = read.submission
        reached = await self._reached(visit, read.business)
        business = services.businesses.known(reached.id) or await services.businesses.facts(reached.id)
        visit.business = business
        visit.claim = Claim(fingerprint=read.fingerprint, idem_key=idempotency_key(visit.scope))
        identity = self._style.identify(submission, business.own_names | caller.own_identifiers)
        visit.marks = marks_of(services.key, submission, identity, business.country)
        self._style.check(submission)
        asked = needs_to_know(submission, identity)
        known = asked is not None and await services.businesses.knows(business.id, asked.kind, asked.key)
        return draft_lead(submission, identity, business, known=known)

    async def _reached(self, visit: Visit, named: str | None) -> BusinessRef:
        assert visit.caller is not None
        return await reach(self._services, visit.caller, utf8_header(visit.scope, b"x-on-behalf-of"), named)

    async def _answer(self, visit: Visit, outcome: Outcome | Tried, headers: list[Header], send: Send) -> None:
        match outcome:
            case Receipt():
                replayed = [REPLAYED] if outcome.again and not outcome.folded else []
                await send_answer(
                    send, CREATED, self._style.reply(outcome), request_id=visit.uid, headers=[*headers, *replayed]
                )
                self._answered(
                    visit, CREATED, "accepted_with_warnings" if outcome.facts.get("warnings") else "accepted"
                )
            case WouldBe():
                await send_answer(send, OK, encode_json(_told(visit, outcome)), request_id=visit.uid, headers=headers)
                self._answered(visit, OK, "dry_run")
            case KeptAnswer(status, content_type, body):
                await send_answer(
                    send,
                    status,
                    body,
                    request_id=visit.uid,
                    content_type=content_type.encode(),
                    headers=[*headers, REPLAYED],
                )
                self._answered(visit, status, "refused")

    def _answered(self, visit: Visit, status: int, verdict: str) -> None:
        self._services.metrics.request(self._operation, status, visit.seconds)
        self._services.metrics.verdict(self._operation, verdict)

    async def _refuse(
        self, visit: Visit, refusal: Refusal, headers: list[Header], receive: Receive, send: Send
    ) -> None:
        """Log the refusal with its request, then answer it. What cannot be logged is answered 503."""
        try:
            refusal, kept = await self._log(visit, refusal, receive)
        except Gone as gone:
            await send_refusal(send, gone.refusal, request_id=visit.uid)
            return
        except Exception as error:  # noqa: BLE001 - the database went away between the two
            refusal, kept = refusal_of(error, visit.uid, self._operation), None
        if kept is not None:
            await self._answer(visit, kept, headers, send)
            return
        status, body, content_type = self._style.refuse(refusal, visit.uid)
        self._answered(visit, status, "refused")
        await send_answer(
            send,
            status,
            body,
            request_id=visit.uid,
            content_type=content_type,
            headers=[*headers_of(refusal), *headers],
            head_only=visit.scope["method"] == "HEAD",
        )

    async def _log(
        self, visit: Visit, refusal: Refusal, receive: Receive
    ) -> tuple[Refusal, Receipt | KeptAnswer | None]:
        """Write the row of a refusal; tells the refusal to answer, or the first answer of the same key."""
        told = self._style.refuse(refusal, visit.uid)
        status = told[0]
        if status >= UNAVAILABLE or refusal.is_logged:
            return refusal, None
        arrival = await self._refused_arrival(visit, refusal, receive, told)
        if not self._is_worth_a_row(visit, status):
            return refusal, None
        try:
            with visit.patience:
                outcome = await self._queue(visit, arrival)
        except (KeyInFlight, Invalid, Unstorable) as other:
            return other, None
        return refusal, outcome if isinstance(outcome, Receipt | KeptAnswer) else None

    def _is_worth_a_row(self, visit: Visit, status: int) -> bool:
        """Strangers, and callers who are too hasty or send too much, get ten rows a minute; the rest is counted."""
        if visit.caller is None:
            return self._allowance.take(("ip", visit.ip))
        return status not in CHEAP_TO_CAUSE or self._allowance.take(("token", visit.caller.token_uid))

    async def _refused_arrival(
        self, visit: Visit, refusal: Refusal, receive: Receive, told: tuple[int, bytes, bytes]
    ) -> Arrival:
        """The refusal on its way into a batch; with an idempotency key its very answer is kept."""
        status, body, content_type = told
        if isinstance(refusal, BodyTooLarge):
            visit.body, visit.truncated = refusal.start, True
        if isinstance(refusal, DeadToken):
            return await self._held(visit, refusal, receive, status)
        keyed = visit.claim if status in KEPT_UNDER_A_KEY and not visit.is_dry_run else None
        keyed = keyed if keyed and keyed.idem_key else None
        answer = body.decode() if keyed else None
        what = visit.refused(refusal, status, answer=answer, answer_type=content_type.decode())
        return Arrival(what=what, sender=visit.sender(), request=visit.row(), claim=keyed)

    async def _held(self, visit: Visit, refusal: DeadToken, receive: Receive, status: int) -> Arrival:
        """A token that died within 90 days: the body is kept, so that one tap can still make it a lead."""
        visit.caller = refusal.caller
        take_quota(self._services, visit.caller, visit.scope)  # a leaked token may not fill the disk
        if not refusal.died_recently or visit.is_dry_run:
            return Arrival(
                what=visit.refused(refusal, status, answer=None, answer_type=""),
                sender=visit.sender(),
                request=visit.row(),
            )
        await self._read_held(visit, receive)
        what = visit.held(refusal, status)
        return Arrival(what=what, sender=visit.sender(), request=visit.row())

    async def _read_held(self, visit: Visit, receive: Receive) -> None:
        """Read what a dead token sent, as far as it can be read, and whom it is for."""
        caller, services = visit.caller, self._services
        assert caller is not None
        named: Any = None
        try:
            visit.body = await read_body(visit.scope, receive, INTAKE_MOST_BYTES)
            named = business_named(decode_body(visit.content_type, visit.body).content)
        except BodyTooLarge as fault:
            visit.body, visit.truncated = fault.start, True
        except Refusal:
            pass
        try:
            reached = await reach(services, caller, utf8_header(visit.scope, b"x-on-behalf-of"), named)
            visit.business = await services.businesses.facts(reached.id)
        except Refusal:
            pass


def _facts(visit: Visit, would: WouldBe) -> dict[str, Any]:
    return would.receipt.facts | {"answer": _told(visit, would)}


def _told(visit: Visit, would: WouldBe) -> dict[str, Any]:
    assert visit.business is not None
    return dry_run_reply(would, visit.uid, visit.business.card.labels)
