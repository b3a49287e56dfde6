"""The body of a logged request as a page shows it: exact for who may read clients, else keys and shapes."""

from __future__ import annotations

import json
from typing import Any

SHAPES = {str: "text", bool: "yes or no", int: "number", float: "number", type(None): "null"}
SHAPE_DEEPEST = 8


def shown_body(body: bytes | None, *, values: bool) -> str | None:
    """None for no body; bytes that are no text are spelled out."""
    if body is None:
        return None
    text = body.decode("utf-8", "backslashreplace")
    return text if values else _shape_of_text(text)


def _shape_of_text(text: str) -> str:
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
