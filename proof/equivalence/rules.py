"""The rules of api.md 0.3 and 0.8 over dicts: who is heard, and which request has been here before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.intake.model import Model

SCOPES = {
    "whole": ("leads:write", "clients:read", "clients:write"),
    "website": ("leads:write",),
    "doomed": ("leads:write", "clients:read", "clients:write"),
}
"""The tokens of a sequence. Only the doomed one is ever revoked."""


@dataclass(frozen=True)
class Request:
    """One request as it is sent, however often."""

    who: str
    sent: dict[str, Any]
    key: str | None

    @property
    def title(self) -> str:
        return str(self.sent["request_title"])


@dataclass(frozen=True)
class Wanted:
    """What must be answered: a status, and for a 201 whose client it is; `first`: the request it repeats."""

    status: int
    client: int | None = None
    made: bool = False
    first: str | None = None


@dataclass
class Rules:
    model: Model = field(default_factory=Model)
    revoked: set[str] = field(default_factory=set)
    keys: dict[tuple[str, str], tuple[str, Wanted]] = field(default_factory=dict)
    stored: dict[tuple[str, str], Wanted] = field(default_factory=dict)
    """Leads stored without a key, by token and title: within their window they are repeats."""

    def come(self, request: Request) -> Wanted:
        if request.who in self.revoked:
            return Wanted(401)
        if request.key is not None:
            return self._under_a_key(request, (request.who, request.key))
        first = self.stored.get((request.who, request.title))
        if first is not None:
            return Wanted(201, first.client, first.made, first=request.title)
        wanted = self._decide(request)
        if wanted.status == 201:
            self.stored[request.who, request.title] = wanted
        return wanted

    def _under_a_key(self, request: Request, key: tuple[str, str]) -> Wanted:
        if key not in self.keys:
            self.keys[key] = (request.title, self._decide(request))
            return self.keys[key][1]
        title, first = self.keys[key]
        if title != request.title:
            return Wanted(422)
        return Wanted(first.status, first.client, first.made, first=title)

    def _decide(self, request: Request) -> Wanted:
        if not request.sent.get("first_name") and not self.model.knows(request.sent):
            return Wanted(422)
        people = len(self.model.people)
        client = self.model.lead(request.sent, may_write="clients:write" in SCOPES[request.who])
        return Wanted(201, client, made=client == people)
