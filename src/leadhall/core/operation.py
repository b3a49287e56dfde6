"""One row an operation: what answers, who may call it, what comes in and goes out.

Each door lists its own rows; app.py joins them into the one table, from which come the
router, OpenAPI, the reference page and the isolation tests. An operation without a
policy does not exist: `Operation` cannot be made without one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from leadhall.core.errors import Invalid, Refusal

TokenKind = Literal["staff", "app", "directory", "client", "session", "form_key"]
Door = Literal["api", "console", "portal", "public"]
SCOPES = ("leads:write", "clients:read", "clients:write", "messages", "webhooks", "admin")
PREFIXES = ("", "/apigw", "/api2")
Family = Literal["plain", "p1", "b", "oauth", "search"]
"""How refusals are worded (api.md 4.3): as 0.6 says; with upstream's `message`; with `success: false`; as RFC 6749;
as upstream's search."""


@dataclass(frozen=True)
class Policy:
    """Who may call: token kinds, and the scopes such a token must hold. No kinds: anybody, said aloud."""

    kinds: frozenset[TokenKind] = frozenset()
    scopes: frozenset[str] = frozenset()
    anybody: bool = False

    def __post_init__(self) -> None:
        if self.anybody == bool(self.kinds):
            raise ValueError("a policy names token kinds, or says `anybody`")
        if not self.scopes <= set(SCOPES):
            raise ValueError(f"unknown scopes: {sorted(self.scopes - set(SCOPES))}")

    @classmethod
    def tokens(cls, *kinds: TokenKind, scopes: tuple[str, ...] = ()) -> Policy:
        return cls(frozenset(kinds), frozenset(scopes))


ANYBODY = Policy(anybody=True)
SIGNED_IN = Policy.tokens("session")
"""Whoever signed in to the console, by the cookie of their session."""


@dataclass(frozen=True)
class Reply:
    """One documented answer. `body` is a msgspec type (or None: no JSON), `example` a JSON value."""

    status: int
    body: Any = None
    example: Any = None
    description: str = ""
    media_type: str = "application/json"


@dataclass(frozen=True)
class ErrorCase:
    """A refusal this operation may answer: status, code of docs/reference/errors.md, and when."""

    status: int
    code: str
    when: str


def with_own(cases: Iterable[ErrorCase], own: ErrorCase, *, instead_of: tuple[int, str]) -> tuple[ErrorCase, ...]:
    """The cases of a family, in which an operation's own stands for that of this status and code."""
    return tuple(own if (each.status, each.code) == instead_of else each for each in cases)


@dataclass(frozen=True)
class Example:
    """A request somebody could send as it stands."""

    name: str
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Operation:
    name: str
    title: str
    summary: str
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    door: Door
    policy: Policy
    handler: Callable[..., Any]
    request: Any = None
    query: Any = None
    replies: tuple[Reply, ...] = ()
    errors: tuple[ErrorCase, ...] = ()
    examples: tuple[Example, ...] = ()
    secret: bool = False  # body or answer holds one: the request log keeps neither, an Idempotency-Key no answer
    logs_body: bool = True  # False: the request log keeps no body of it, as that is a file of people
    prefixed: bool = True
    raw: bool = False
    absent: tuple[str, ...] = ()
    """Methods by which its path is a 404 to callers, as upstream's is, and not a 405."""
    dry_run: bool = False  # obeys `Dry-Run: true`
    family: Family = "plain"
    tag: str = ""
    unfit: Callable[[Invalid], Refusal] | None = None
    """What a query that cannot be is refused with, where upstream has its own words. None: 422 `invalid`."""
    refused: Callable[..., Any] | None = None
    """Answers a refusal as a page: of the call, the refusal, its status and headers. None: as `family` words it."""

    @property
    def slug(self) -> str:
        """Its name in URLs of the reference: `create-a-lead`."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower().replace("'", "")).strip("-")
