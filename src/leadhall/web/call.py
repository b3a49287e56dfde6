"""One request to an ordinary operation, and its answer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leadhall.core.errors import Refusal
from leadhall.core.operation import Operation
from leadhall.tenancy.caller import Caller
from leadhall.web.answers import JSON, NO_STORE, Header, encode_json
from leadhall.web.body import Receive
from leadhall.web.head import Scope
from leadhall.web.services import Services

if TYPE_CHECKING:
    from leadhall.web.signed_in import SignedIn


@dataclass(slots=True)
class Call:
    """What a handler is given. `query` is of the operation's type, or None where it has none.

    A handler sets `business_id`, `body` and `marks` (of email, phone, unique_id) for its row in the request log.
    """

    services: Services
    operation: Operation
    scope: Scope
    receive: Receive
    request_id: str
    ip: str | None
    caller: Caller | None = None
    query: Any = None
    business_id: int = 0
    body: bytes = b""
    marks: dict[str, bytes] = field(default_factory=dict)
    headers: list[Header] = field(default_factory=list)
    """Of the answer, whether the handler answers or refuses."""
    upload: bytes | None = None
    """The file that came in the body, where an operation takes one."""
    refusal: Refusal | None = None
    signed_in: SignedIn | None = None
    """Who signed in, where the operation's policy asks for a session."""
    is_logged: bool = False
    """Its row in the request log was written with the work itself."""

    @property
    def path(self) -> dict[str, str]:
        """The parameters in the path, by name."""
        parameters: dict[str, str] = self.scope.get("path_params", {})
        return parameters

    @property
    def known(self) -> Caller:
        """The caller of an operation whose policy names token kinds."""
        if self.caller is None:
            raise TypeError(f"{self.operation.name} may be called by anybody: there is no caller")
        return self.caller

    @property
    def person(self) -> SignedIn:
        """Who signed in; for operations whose policy asks for a session."""
        if self.signed_in is None:
            raise TypeError(f"{self.operation.name} asks for no session")
        return self.signed_in


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers: `body` becomes JSON; `content` goes out as it stands.

    `stream` goes out piece by piece instead, with no length and no bound in time; it is closed
    when the caller goes away. A fault within it cuts the connection, for the status is sent.
    """

    body: Any = None
    status: int = 200
    headers: tuple[Header, ...] = ()
    content: bytes | None = None
    content_type: bytes = JSON
    cache: bytes = NO_STORE
    stream: AsyncGenerator[bytes, None] | None = None

    @property
    def octets(self) -> bytes:
        return encode_json(self.body) if self.content is None else self.content
