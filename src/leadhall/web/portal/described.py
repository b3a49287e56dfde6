"""One operation as its page tells it: made from its row of the table, so that nothing of it can be stale."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from typing import Any

from leadhall.core.operation import ErrorCase, Example, Operation, Reply
from leadhall.web.codes import CODES, Code
from leadhall.web.portal.samples import Request, Sample, request_of, samples_of
from leadhall.web.portal.shapes import Field, fields_of, with_examples
from leadhall.web.table import Table

DOOR = "api"
FOLDED_LEAST = 4
_PARAMETER = re.compile(r"{(\w+)}")
_CODES = {code.name: code for code in CODES}


def _text(name: str, meaning: str, *, limits: str = "", required: bool = False, example: str | None = None) -> Field:
    return Field(
        name=name, type="text", required=required, meaning=meaning, default=None, limits=limits, choices=(),
        control="text", example=example,
    )  # fmt: skip


AUTHORIZATION = _text("Authorization", '`Bearer TOKEN`; `Token token="TOKEN"` is taken alike.', required=True)
ON_BEHALF_OF = _text(
    "X-On-Behalf-Of",
    "The business this is for: its uid, nickname or external id. A directory's token needs it or `business_id`.",
    example="harbour.kitchens",
)
IDEMPOTENCY_KEY = _text(
    "Idempotency-Key",
    "Within 96 hours the same key and body get the first answer again, and nothing happens twice.",
    limits="1 to 255 printable characters",
    example="order-1041",
)
DRY_RUN = _text(
    "Dry-Run",
    "`true`: answers what would happen, with status 200, and stores nothing but the row in the request log.",
    example="true",
)
REQUEST_ID = _text(
    "X-Request-Id", "Your own id of the request; kept beside ours in the request log.", example="shop-2026-11-26-17"
)


@dataclass(frozen=True)
class ErrorGroup:
    """The refusals of one status: what happened, and what each code's reader should do."""

    status: int
    phrase: str
    cases: tuple[tuple[ErrorCase, Code], ...]


@dataclass(frozen=True)
class Described:
    """What a page of one operation shows, with the reader's own business in its examples, if there is one.

    `url` is where this server is reached. Samples have a word where the reader's token goes.
    """

    operation: Operation
    url: str
    business: str | None = None

    @property
    def name(self) -> str:
        return self.operation.name

    @property
    def slug(self) -> str:
        return self.operation.slug

    @property
    def kinds(self) -> list[str]:
        return sorted(self.operation.policy.kinds)

    @property
    def scopes(self) -> list[str]:
        return sorted(self.operation.policy.scopes)

    @property
    def is_open(self) -> bool:
        return self.operation.policy.anybody

    @cached_property
    def path_fields(self) -> tuple[Field, ...]:
        names = _PARAMETER.findall(self.operation.path)
        fields = tuple(_text(name, "Part of the path.", required=True) for name in names)
        return with_examples(fields, [example.path for example in self.examples])

    @cached_property
    def query_fields(self) -> tuple[Field, ...]:
        return with_examples(fields_of(self.operation.query), [example.query for example in self.examples])

    @cached_property
    def body_fields(self) -> tuple[Field, ...]:
        return with_examples(fields_of(self.operation.request), [example.body for example in self.examples])

    @property
    def header_fields(self) -> tuple[Field, ...]:
        mine = () if self.is_open else (AUTHORIZATION, ON_BEHALF_OF)
        keyed = (IDEMPOTENCY_KEY,) if self.operation.method == "POST" else ()
        return (*mine, *keyed, *((DRY_RUN,) if self.operation.dry_run else ()), REQUEST_ID)

    @property
    def examples(self) -> tuple[Example, ...]:
        return tuple(self._own(example) for example in self.operation.examples) or (Example("As it is"),)

    def _own(self, example: Example) -> Example:
        """The same for the reader's own business, where it names one."""
        if self.business is None:
            return example
        own = replace(example, path={**example.path, "business_uid": self.business})
        if not isinstance(example.body, dict) or "business_id" not in example.body:
            return own
        return replace(own, body={**example.body, "business_id": self.business})

    @property
    def replies(self) -> tuple[tuple[Reply, str, tuple[Field, ...]], ...]:
        """Each answer with its phrase and its keys."""
        return tuple((reply, HTTPStatus(reply.status).phrase, _reply_fields(reply)) for reply in self.operation.replies)

    @property
    def errors(self) -> tuple[ErrorGroup, ...]:
        statuses = sorted({case.status for case in self.operation.errors})
        return tuple(ErrorGroup(status, HTTPStatus(status).phrase, self._cases(status)) for status in statuses)

    def _cases(self, status: int) -> tuple[tuple[ErrorCase, Code], ...]:
        return tuple((case, _CODES[case.code]) for case in self.operation.errors if case.status == status)

    def request(self, example: Example) -> Request:
        return request_of(self.operation, example, url=self.url)

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The first example in every language."""
        return samples_of(self.request(self.examples[0]))

    def error_example(self, group: ErrorGroup) -> Any:
        """The body of the group's first refusal, as it would come."""
        case, code = group.cases[0]
        unauthorized = group.status == HTTPStatus.UNAUTHORIZED
        fault = _CODES["token_unknown"] if unauthorized else code
        return {
            "status": "Error",
            "error": "Unauthorized" if unauthorized else case.when,
            "error_code": case.code,
            "errors": [{"code": fault.name, "field": None, "message": fault.meaning if unauthorized else case.when}],
            "request_id": "0m5x4kq2v7c9t1ab",
        }

    def folded(self, fields: tuple[Field, ...]) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
        """Those that a form shows at once, needed or in the first example, and the rest; few are not folded."""
        example = self.examples[0]
        named = set(example.query) | (set(example.body) if isinstance(example.body, dict) else set())
        first = tuple(field for field in fields if field.required or field.name in named)
        rest = tuple(field for field in fields if field not in first)
        return (first, rest) if first and len(rest) >= FOLDED_LEAST else (fields, ())

    def for_try_it(self, opened: dict[str, Any] | None = None) -> dict[str, Any]:
        """What the form's script is given: the examples, and the request to begin with, if one was opened."""
        examples = [
            {"name": each.name, "query": each.query, "headers": each.headers, "path": each.path, "body": each.body}
            for each in self.examples
        ]
        return {"examples": examples, "opened": opened}


def _reply_fields(reply: Reply) -> tuple[Field, ...]:
    return with_examples(fields_of(reply.body), [reply.example]) if reply.media_type == "application/json" else ()


@dataclass(frozen=True)
class Group:
    """The operations of one tag, in the order of the table."""

    tag: str
    operations: tuple[Operation, ...]


def groups_of(table: Table) -> tuple[Group, ...]:
    shown = table.of_door(DOOR)
    tags = dict.fromkeys(operation.tag for operation in shown)
    return tuple(Group(tag, tuple(each for each in shown if each.tag == tag)) for tag in tags)


def by_slug(table: Table) -> dict[str, Operation]:
    return {operation.slug: operation for operation in table.of_door(DOOR)}


def pretty(value: Any) -> str:
    """JSON as a page shows it; text that is no JSON as it stands."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def plain_rows(fields: Iterable[Field], depth: int = 0) -> Iterable[tuple[int, Field]]:
    """Fields and those within them, each with its depth."""
    for field in fields:
        yield depth, field
        yield from plain_rows(field.inner, depth + 1)
