"""Requests made of a row of the operation table: its path, its examples, and whose uid stands where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from leadhall.core.operation import Example, Operation

A_UID = re.compile(r"(?=.*\d)[a-z0-9]{16}")
_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
NAMES_A_BUSINESS = frozenset({"business_id", "business_uid"})
ON_BEHALF_OF, IN_BODY, IN_QUERY = "X-On-Behalf-Of", "body", "query"


NO_NUMBER = 10**15
A_NUMBER = "id"
"""The name of a parameter that is a number; every other one is a uid."""
PAGE_SIZE = "per_page"
"""Left out of what is asked about others: a page of one would hide what stands behind it."""


class Name(str):  # noqa: SLOT000 - it has a number besides
    """A uid by which something is asked for; `number` is what the same would have for an id that is a number."""

    number = NO_NUMBER

    @classmethod
    def of(cls, uid: str, number: int) -> Name:
        name = cls(uid)
        name.number = number
        return name


@dataclass(frozen=True)
class Shot:
    """One request. `about` is the uid that stands in the `place`; a uid of the caller's own everywhere else."""

    method: str
    place: str
    about: Name
    path: str
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    is_form: bool = False
    """As a page of ours sends it: fields, with the mark of the session."""

    @property
    def url(self) -> str:
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")


def rightful(operation: Operation, own: Name) -> list[Shot]:
    """What somebody could send about their own: one request an example."""
    examples = operation.examples or (Example("none"),)
    return [_shot(operation, each, own) for each in examples]


def about(operation: Operation, own: Name, other: Name) -> Iterator[Shot]:
    """The same requests, each with another's uid in one place: path, header, body, query."""
    for usual in rightful(operation, own)[:1]:
        shot = replace(usual, query={name: each for name, each in usual.query.items() if name != PAGE_SIZE})
        for name in _PARAMETER.findall(operation.path):
            yield replace(shot, place=name, about=other, path=_path(operation.path, own, {name: other}))
        yield replace(shot, place=ON_BEHALF_OF, about=other, headers=shot.headers | {"x-on-behalf-of": other})
        if isinstance(shot.body, dict):
            yield replace(shot, place="business_id", about=other, body=shot.body | {"business_id": other})
            if (swapped := _with_uids(shot.body, own, other)) != shot.body:
                yield replace(shot, place=IN_BODY, about=other, body=swapped)
        elif operation.method == "GET":
            yield replace(shot, place=IN_QUERY, about=other, query=shot.query | {"business_id": other})
        if own in shot.query.values():
            yield replace(shot, place=IN_QUERY, about=other, query=_with_uids(shot.query, own, other))


def _shot(operation: Operation, example: Example, own: Name) -> Shot:
    return Shot(
        operation.method,
        "nowhere",
        own,
        _path(operation.path, own, {k: v for k, v in example.path.items() if k != A_NUMBER and not A_UID.fullmatch(v)}),
        {name: _own_uids(value, own) for name, value in example.query.items()},
        _own_uids(example.body, own),
        dict(example.headers),
        is_form=operation.door == "console" and operation.method == "POST",
    )


def _path(template: str, own: Name, given: dict[str, str]) -> str:
    """Every parameter is the uid or number of a thing; an example's value stands where it is none."""
    return _PARAMETER.sub(lambda found: quote(_spelled(found[1], given.get(found[1], own)), safe=""), template)


def _spelled(parameter: str, value: str) -> str:
    return str(value.number) if parameter == A_NUMBER and isinstance(value, Name) else value


def _own_uids(value: Any, own: Name) -> Any:
    """An example with the caller's own uid wherever one stands in it."""
    if isinstance(value, str):
        return own if A_UID.fullmatch(value) else value
    if isinstance(value, dict):
        return {name: own if name in NAMES_A_BUSINESS else _own_uids(each, own) for name, each in value.items()}
    return [_own_uids(each, own) for each in value] if isinstance(value, list) else value


def _with_uids(value: Any, own: Name, other: Name) -> Any:
    if value == own:
        return other
    if isinstance(value, dict):
        return {name: _with_uids(each, own, other) for name, each in value.items()}
    return [_with_uids(each, own, other) for each in value] if isinstance(value, list) else value
