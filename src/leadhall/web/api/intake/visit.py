"""One knock on the intake door: what is known of the request so far, and the log row it leaves behind."""

from __future__ import annotations

import time
from typing import Any

from leadhall.core.errors import Invalid, Refusal
from leadhall.core.ids import mint
from leadhall.core.patience import Patience
from leadhall.intake.business import BusinessFacts
from leadhall.intake.marks import Marks
from leadhall.intake.plan import Claim, Refused, RequestRow, Sender
from leadhall.tenancy.caller import Caller, DeadToken
from leadhall.web.api.intake.dry_run import VERDICT as DRY_RUN
from leadhall.web.api.intake.dry_run import asks_for_dry_run
from leadhall.web.head import Scope, client_request_id, header, user_agent
from leadhall.web.kept import remarkable_headers

CONTENT_TYPE_MOST_CHARS = 255
ANSWER_WITHIN_S = 9.2  # whatever hangs behind us; its body a caller may send at leisure (web/body.py)
UNPROCESSABLE = 422


class Visit:
    """Filled step by step while the request is read; a refusal leaves it as far as it came."""

    caller: Caller | None = None
    body: bytes = b""
    truncated: bool = False
    business: BusinessFacts | None = None
    claim: Claim | None = None
    marks: Marks = (None, None, None)

    def __init__(self, operation: str, scope: Scope, ip: str | None, *, uid: str | None = None) -> None:
        self.operation = operation
        self.scope = scope
        self.ip = ip
        self.uid = uid or mint()
        self.began = time.perf_counter()
        self.patience = Patience(ANSWER_WITHIN_S)
        self.content_type = header(scope, b"content-type")

    @property
    def seconds(self) -> float:
        """Since it came."""
        return time.perf_counter() - self.began

    @property
    def is_dry_run(self) -> bool:
        """Whether it was meant as one, also in a word that cannot be read: it is no lead that failed."""
        try:
            return asks_for_dry_run(self.scope)
        except Invalid:
            return True

    def sender(self) -> Sender:
        """The caller as intake sees it; a request without a known token is nobody's."""
        caller = self.caller
        if caller is None:
            return Sender(token_uid=None, principal="", directory_id=None)
        return Sender(
            token_uid=caller.token_uid,
            principal=caller.principal,
            directory_id=caller.directory_id,
            may_write_clients=caller.may("clients:write"),
            may_read_clients=caller.may("clients:read"),
            is_test=caller.mode == "test",
        )

    def row(self) -> RequestRow:
        kind = self.content_type
        return RequestRow(
            uid=self.uid,
            operation=self.operation,
            body=self.body,
            truncated=self.truncated,
            content_type=kind[:CONTENT_TYPE_MOST_CHARS] if kind else None,
            user_agent=user_agent(self.scope),
            ip=self.ip,
            client_request_id=client_request_id(self.scope),
            headers=remarkable_headers(self.scope),
            duration_us=lambda: int(self.seconds * 1e6),
            marks=self.marks,
        )

    def refused(self, refusal: Refusal, status: int, *, answer: str | None, answer_type: str) -> Refused:
        """The refusal as its row keeps it. A 422 for a known business is its owner's to complete by hand."""
        attention = status == UNPROCESSABLE and self.business is not None
        return Refused(
            business_id=self._business_id(),
            status=status,
            verdict=DRY_RUN if self.is_dry_run else "needs_attention" if attention else "refused",
            facts={"faults": [{"code": f.code, "field": f.field, "message": f.message} for f in refusal.faults]},
            answer=answer,
            answer_type=answer_type,
        )

    def tried(self, status: int, facts: dict[str, Any]) -> Refused:
        """A dry run as its row keeps it."""
        return Refused(business_id=self._business_id(), status=status, verdict=DRY_RUN, facts=facts)

    def held(self, refusal: DeadToken, status: int) -> Refused:
        """The body of a dead token is kept for its business, which is told at most once a day."""
        business_id = self._business_id()
        return Refused(
            business_id=business_id,
            status=status,
            verdict="held",
            facts={"faults": [{"code": refusal.code, "field": None, "message": refusal.first.message}]},
            tell_dead=business_id != 0,
        )

    def _business_id(self) -> int:
        if self.business is not None:
            return self.business.id
        return (self.caller.business_id if self.caller else None) or 0
