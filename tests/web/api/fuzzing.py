"""Requests that schemathesis makes of our own OpenAPI document, and what of the answers was not as documented.

Cases are the same at every run. Where a path names a thing by its uid, half of them name one that is
there, so that they come further than "not found"; the examples of the table come furthest.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from urllib.parse import unquote

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from proof.isolation.shots import A_NUMBER, Name, rightful
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ANSWERED_WITHIN_S = 20
WORDS_MOST_CHARS = 600


@dataclass(frozen=True)
class Asking:
    """Who asks: a kind of token, and the headers that go with it. `own` is the uid of what is theirs."""

    name: str
    kind: str | None
    headers: dict[str, str]
    own: Name


def operations_of(document):
    """Every operation of the document, those that take something away last."""
    found = [each.ok() for each in schemathesis.openapi.from_dict(document).get_all_operations()]
    return sorted(found, key=lambda each: (each.method == "delete", "revoke" in each.path))


def cases_of(operation, *, regular, broken):
    """So many requests as the document wants them, and so many that it does not."""
    return [
        *_generated(operation, GenerationMode.POSITIVE, regular),
        *_generated(operation, GenerationMode.NEGATIVE, broken),
    ]


def _generated(operation, mode, most):
    made = []
    bounds = settings(
        max_examples=most,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @bounds
    @given(operation.as_strategy(generation_mode=mode))
    def collect(case):
        made.append(case)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of hypothesis, about how a document is written
            collect()
    except Unsatisfiable:  # an operation without anything to get wrong
        return []
    return made[:most]


def example_cases(operation, row, own):
    """The examples of a row of the table, as somebody would send them about what is their own."""
    return [
        operation.Case(
            path_parameters=_path_parameters(row, shot.path),
            query=shot.query,
            headers={name: value for name, value in shot.headers.items() if name.lower() != "x-on-behalf-of"},
            **({} if shot.body is None else {"body": shot.body, "media_type": "application/json"}),
        )
        for shot in rightful(row, own)
    ]


def _path_parameters(row, path):
    template = re.sub(r"{(\w+)(?::\w+)?}", r"(?P<\1>[^/]+)", row.path)
    return {name: unquote(value) for name, value in re.fullmatch(template, path).groupdict().items()}


def fire(cases, asking, url, session):
    """Send them as this caller; a line for each answer that is not as documented."""
    return [line for case in cases for line in _fire_one(case, asking, url, session)]


def aimed(cases, asking):
    """With the caller's own headers, and every other one about what is theirs."""
    return [_aimed(case, asking, at_home=n % 2 == 0) for n, case in enumerate(cases)]


def _fire_one(case, asking, url, session):
    response = case.call(base_url=url, session=session, headers=asking.headers, timeout=ANSWERED_WITHIN_S)
    return [_line(case, asking, response, words) for words in _faults(case, response)]


def _aimed(case, asking, *, at_home):
    """Headers are the caller's own, and a path parameter names what is theirs when `at_home`."""
    case.headers = {name: each for name, each in (case.headers or {}).items() if name.lower() != "x-on-behalf-of"}
    if at_home:
        own = asking.own
        case.path_parameters = {
            name: own.number if name == A_NUMBER else str(own) for name in case.path_parameters or {}
        }
    return case


def _faults(case, response):
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as group:
        return [_words(each) for each in group.exceptions]
    except Failure as failure:
        return [_words(failure)]
    return []


def _words(failure):
    return " ".join(f"{failure.title}: {failure.message}".split())[:WORDS_MOST_CHARS]


def _line(case, asking, response, words):
    name = case.operation.definition.raw["operationId"]
    asked = case.as_curl_command(headers=asking.headers)
    return f"{name} ({case.operation.label}) as {asking.name} is answered {response.status_code}: {words}\n    {asked}"
