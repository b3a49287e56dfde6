"""OpenAPI 3.1, made from the operation table: nothing in it is written by hand, so nothing in it can be stale."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Literal

import msgspec

from leadhall import __version__
from leadhall.core.operation import ANYBODY, ErrorCase, Operation, Reply
from leadhall.web.call import Answer, Call
from leadhall.web.codes import CODES
from leadhall.web.head import header
from leadhall.web.table import Table

REF = "#/components/schemas/{name}"
FORMS_TOO = "JSON; urlencoded and multipart bodies with bracket keys (`request_data[First Name]`) are taken alike."
"""Said in words: of several media types with one schema, generated clients send the last, or all at once."""
RETRY_LATER = frozenset({409, 429, 503})
_PARAMETER = re.compile(r"{(\w+)}")
_MEANINGS = {code.name: code for code in CODES}
Json = dict[str, Any]
Schemas = dict[Any, Json]


class FaultBody(msgspec.Struct):
    """One thing wrong with a request."""

    code: str
    field: str | None
    message: str


class ErrorBody(msgspec.Struct):
    """Every refusal: all faults of the request at once."""

    status: Literal["Error"]
    error: str
    error_code: str
    errors: list[FaultBody]
    request_id: str


def openapi_document(table: Table, *, url: str) -> Json:
    """The whole document. `url` is where the server is reached."""
    operations = table.of_door("api")
    types = list(dict.fromkeys(each for operation in operations for each in _types_of(operation)))
    schemas, components = msgspec.json.schema_components([ErrorBody, *types], ref_template=REF)
    components = _said_plainly(components)
    known = dict(zip([ErrorBody, *types], schemas, strict=True))
    paths: dict[str, Json] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, known, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Leadhall",
            "version": __version__,
            "summary": "Self-hosted lead intake: one call, one durable lead.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [
            {"url": url},
            {"url": f"{url}/apigw", "description": "The same API, for callers who use this prefix"},
            {"url": f"{url}/api2", "description": "The same API, for callers who use this prefix"},
        ],
        "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for operation in operations)],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"bearer": _BEARER}, "headers": _HEADERS},
    }


def _said_plainly(schema: Any) -> Any:
    """`true` alone as a constant: an enum of booleans is unknown to generators of clients."""
    if isinstance(schema, list):
        return [_said_plainly(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("enum") in ([True], [False]):
        return {"type": "boolean", "const": schema["enum"][0]}
    return {name: _said_plainly(each) for name, each in schema.items()}


_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A staff, app or directory token, or a JWT of ours that stands for one. "
    '`Authorization: Token token="…"` is taken alike.',
}
_HEADERS: Json = {
    "X-Request-Id": {"description": "Our id of this request, as in the request log.", "schema": {"type": "string"}},
    "RateLimit": {"description": "What is left: r requests, full again in t seconds.", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "The limit: q requests in w seconds.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds after which it is worth trying again.", "schema": {"type": "integer"}},
    "Link": {"description": 'The next page, `rel="next"`, when there may be one.', "schema": {"type": "string"}},
}  # fmt: skip
_ON_BEHALF_OF: Json = {
    "name": "X-On-Behalf-Of",
    "in": "header",
    "description": "The business this is for: its uid, nickname or external reference id. Directory tokens need it "
    "(or business_id); other tokens imply their business.",
    "schema": {"type": "string"},
}
_IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "1 to 255 printable characters. Within 96 hours the same key and body get the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_DRY_RUN: Json = {
    "name": "Dry-Run",
    "in": "header",
    "description": "`true`: answers what would happen, and stores nothing but the row in the request log.",
    "schema": {"type": "boolean", "default": False},
}


def _types_of(operation: Operation) -> Iterable[Any]:
    bodies = (reply.body for reply in operation.replies)
    return (each for each in (operation.request, operation.query, *bodies) if each is not None)


def _operation(operation: Operation, known: Schemas, components: Json) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.title,
        "description": operation.summary,
        "tags": [operation.tag],
        "parameters": _parameters(operation, known, components),
        "responses": _responses(operation, known),
        "security": [] if operation.policy.anybody else [{"bearer": []}],
    }
    if not operation.policy.anybody:
        described["x-token-kinds"] = sorted(operation.policy.kinds)
        described["x-scopes"] = sorted(operation.policy.scopes)
    if operation.request is not None:
        described["requestBody"] = _request_body(operation, known)
    return described


def _parameters(operation: Operation, known: Schemas, components: Json) -> list[Json]:
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        | _named_examples({each.name: each.path[name] for each in operation.examples if name in each.path})
        for name in _PARAMETER.findall(operation.path)
    ]
    if operation.query is not None:
        parameters += _query_parameters(operation, known, components)
    if not operation.policy.anybody:
        parameters.append(_ON_BEHALF_OF)
    if operation.method == "POST" and not operation.policy.anybody:
        parameters.append(_IDEMPOTENCY_KEY)
    if operation.dry_run:
        parameters.append(_DRY_RUN)
    return parameters


def _query_parameters(operation: Operation, known: Schemas, components: Json) -> list[Json]:
    shape = components[known[operation.query]["$ref"].rpartition("/")[2]]
    examples = [example for example in operation.examples if example.query]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in shape.get("required", ()),
            "description": schema.get("description", ""),
            "schema": _without_null(schema),
        }
        | _named_examples({example.name: example.query[name] for example in examples if name in example.query})
        for name, schema in shape["properties"].items()
    ]


def _without_null(schema: Json) -> Json:
    """A query parameter is there or it is not: null is none of its values."""
    kept = {name: value for name, value in schema.items() if name not in ("description", "default")}
    if "default" in schema and schema["default"] is not None:
        kept["default"] = schema["default"]
    if "enum" in kept:
        kept["enum"] = [value for value in kept["enum"] if value is not None]
    if "anyOf" in kept:
        others = [each for each in kept.pop("anyOf") if each != {"type": "null"}]
        kept |= others[0] if len(others) == 1 else {"anyOf": others}
    return kept


def _named_examples(examples: dict[str, Any]) -> Json:
    return {"examples": {name: {"value": value} for name, value in examples.items()}} if examples else {}


def _request_body(operation: Operation, known: Schemas) -> Json:
    examples = _named_examples({each.name: each.body for each in operation.examples if each.body is not None})
    content = {"application/json": {"schema": known[operation.request]} | examples}
    return {"required": True, "description": FORMS_TOO, "content": content}


def _responses(operation: Operation, known: Schemas) -> Json:
    responses: Json = {str(reply.status): _reply(operation, reply, known) for reply in operation.replies}
    for status in sorted({case.status for case in operation.errors}):
        cases = [case for case in operation.errors if case.status == status]
        told = responses.setdefault(str(status), {"content": _error_content(cases, known)})
        told["description"] = " ".join(case.when for case in cases)
        told["headers"] = _headers(operation, status)
    return responses


def _reply(operation: Operation, reply: Reply, known: Schemas) -> Json:
    described: Json = {
        "description": reply.description or HTTPStatus(reply.status).phrase,
        "headers": _headers(operation, reply.status),
    }
    schema = known[reply.body] if reply.body is not None else {"type": "string"}
    if reply.body is not None or reply.media_type != "application/json":
        described["content"] = {reply.media_type: {"schema": schema}}
        if reply.example is not None:
            described["content"][reply.media_type]["example"] = reply.example
    return described


def _error_content(cases: list[ErrorCase], known: Schemas) -> Json:
    examples = _named_examples({case.code: _error_example(case) for case in cases})
    return {"application/json": {"schema": known[ErrorBody], **examples}}


def _error_example(case: ErrorCase) -> Json:
    unauthorized = case.status == HTTPStatus.UNAUTHORIZED
    fault = "token_unknown" if unauthorized else case.code
    message = _MEANINGS[fault].meaning
    return {
        "status": "Error",
        "error": "Unauthorized" if unauthorized else message,
        "error_code": case.code,
        "errors": [{"code": fault, "field": None, "message": message}],
        "request_id": "0m5x4kq2v7c9t1ab",
    }


def _headers(operation: Operation, status: int) -> Json:
    names = ["X-Request-Id"]
    if not operation.policy.anybody:
        names += ["RateLimit", "RateLimit-Policy"]
    if status in RETRY_LATER:
        names.append("Retry-After")
    if operation.query is not None and status == HTTPStatus.OK:
        names.append("Link")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


class Document:
    """Answers `/openapi.json`: made once, and not sent again to who has it."""

    def __init__(self) -> None:
        self._made: tuple[Table, str, bytes, str] | None = None

    async def __call__(self, call: Call) -> Answer:
        settings = call.services.settings
        content, etag = self._content(call.services.table, settings.public_url or f"http://127.0.0.1:{settings.port}")
        headers = ((b"etag", etag.encode()), (b"access-control-allow-origin", b"*"))
        if etag in (header(call.scope, b"if-none-match") or ""):
            return Answer(status=304, content=b"", headers=headers, cache=b"no-cache")
        return Answer(content=content, headers=headers, cache=b"no-cache")

    def _content(self, table: Table, url: str) -> tuple[bytes, str]:
        if self._made is None or self._made[0] is not table or self._made[1] != url:
            content = msgspec.json.encode(openapi_document(table, url=url))
            self._made = (table, url, content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
        return self._made[2], self._made[3]


OPERATIONS = (
    Operation(
        name="openapi",
        title="OpenAPI",
        summary="This description of the API.",
        method="GET",
        path="/openapi.json",
        door="api",
        policy=ANYBODY,
        handler=Document(),
        replies=(Reply(200, None, None, "OpenAPI 3.1 in JSON.", media_type="application/json"),),
        prefixed=False,
        tag="Reference",
    ),
)
