"""What a logged request came with and was answered: exact for who may read clients, for others keys and shapes."""

from __future__ import annotations

import json
from typing import Any

from leadhall.requestlog.read import LoggedRequest

SHAPES = {str: "text", bool: "yes or no", int: "number", float: "number", type(None): "null"}
SHAPE_DEEPEST = 8


def shown_body(body: bytes | None, *, values: bool) -> str | None:
    """None for no body; bytes that are no text are spelled out."""
    if body is None:
        return None
    text = body.decode("utf-8", "backslashreplace")
    return text if values else shape_of_text(text)


def shown_headers(row: LoggedRequest, *, values: bool) -> list[tuple[str, str]]:
    """Name and value, in the order they came; first those of which the row has columns alone, as of a lead."""
    lines = row.headers.split("\n") if row.headers else []
    told = {line.partition(":")[0] for line in lines}
    lines = [*(line for line in _of_columns(row) if line.partition(":")[0] not in told), *lines]
    named = [line.partition(": ") for line in lines]
    return [(name, value if values or not value else shape_of(value)) for name, _, value in named]


def _of_columns(row: LoggedRequest) -> list[str]:
    kept = {
        "authorization": "(secret)" if row.token_uid else None,
        "content-type": row.content_type,
        "user-agent": row.user_agent,
        "x-request-id": row.client_request_id,
    }
    return [f"{name}: {value}" for name, value in kept.items() if value]


def shown_answer(answer: bytes) -> str:
    """JSON as people read it; everything else, and the start of something longer, as it stands."""
    text = answer.decode("utf-8", "backslashreplace")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def shape_of_text(text: str) -> str:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return f"{len(text)} characters, not JSON"
    return json.dumps(shape_of(content), indent=2, ensure_ascii=False)


def shape_of(value: Any, depth: int = 0) -> Any:
    """The same with each value replaced by what it is."""
    if depth >= SHAPE_DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {key: shape_of(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape_of(each, depth + 1) for each in value]
    return f"{SHAPES[type(value)]}{f', {len(value)} characters' if isinstance(value, str) else ''}"
