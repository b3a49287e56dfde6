"""What goes in and out of an operation, from its msgspec types, as rows that a page can show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import msgspec

Json = dict[str, Any]
Control = Literal["text", "long", "choice", "yes_no", "number", "pairs", "json"]

REF = "{name}"
EXAMPLE_MOST_CHARS = 72
DEEPEST = 3  # levels of objects within objects that a page unfolds
TYPE_WORDS = {"string": "text", "integer": "number", "number": "number", "boolean": "yes or no", "object": "object"}
LIMIT_WORDS = (
    ("maxLength", "at most {} characters"),
    ("minLength", "at least {} characters"),
    ("maximum", "at most {}"),
    ("minimum", "at least {}"),
    ("maxItems", "at most {} items"),
)
NO_DEFAULT: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One key of a body, a query or an answer. `choices` is empty unless only those can be sent."""

    name: str
    type: str
    required: bool
    meaning: str
    default: str | None
    limits: str
    choices: tuple[str, ...]
    control: Control
    inner: tuple[Field, ...] = ()
    example: str | None = None


@cache
def fields_of(shape: Any) -> tuple[Field, ...]:
    """The keys of a msgspec type, in its order; none for a type that is no object with known keys."""
    if shape is None:
        return ()
    (schema,), components = msgspec.json.schema_components([shape], ref_template=REF)
    return tuple(_fields(schema, components, 1))


def with_examples(fields: tuple[Field, ...], values: Iterable[Any]) -> tuple[Field, ...]:
    """The same, each with what the first of these values that has it says; a list speaks by its first item."""
    objects = [each[0] if isinstance(each, list) and each else each for each in values]
    found = [each for each in objects if isinstance(each, dict)]
    return tuple(_with_example(field, [each[field.name] for each in found if field.name in each]) for field in fields)


def _with_example(field: Field, values: list[Any]) -> Field:
    told = next((value for value in values if value not in NO_DEFAULT), None)
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    shown = None if told is None or field.inner or field.choices or len(text) > EXAMPLE_MOST_CHARS else text
    return replace(field, example=shown, inner=with_examples(field.inner, values))


def _fields(schema: Json, components: Json, depth: int) -> Iterator[Field]:
    resolved = _resolved(schema, components)
    if "items" in resolved and isinstance(resolved["items"], dict):
        resolved = _resolved(resolved["items"], components)
    needed = resolved.get("required", ())
    for name, inner in resolved.get("properties", {}).items():
        yield _field(name, inner, components, required=name in needed, depth=depth)


def _field(name: str, schema: Json, components: Json, *, required: bool, depth: int) -> Field:
    kinds = [_resolved(kind, components) for kind in _kinds(schema)]
    choices = tuple(str(value) for kind in kinds for value in kind.get("enum", ()) if value is not None)
    default = schema.get("default")
    told = [schema, *kinds]
    return Field(
        name=name,
        type=" or ".join(dict.fromkeys(_type_words(kind, components) for kind in kinds)) or "anything",
        required=required,
        meaning=next((each["description"] for each in told if "description" in each), ""),
        default=None if default in NO_DEFAULT else str(default).lower() if isinstance(default, bool) else str(default),
        limits=", ".join(_limits(kinds)),
        choices=choices,
        control=_control(name, kinds, choices),
        inner=tuple(_fields(kinds[0], components, depth + 1)) if len(kinds) == 1 and depth < DEEPEST else (),
    )


def _resolved(schema: Json, components: Json) -> Json:
    found: Json = components[schema["$ref"]] if "$ref" in schema else schema
    return found


def _kinds(schema: Json) -> list[Json]:
    """What a value may be; null only says that it may be left out."""
    return [kind for kind in schema.get("anyOf", [schema]) if kind.get("type") != "null"]


def _type_words(kind: Json, components: Json) -> str:
    if "enum" in kind:
        return "choice"
    if kind.get("type") == "array":
        items = kind.get("items") or {}
        return f"list of {_type_words(_resolved(items, components), components)}" if items else "list"
    return TYPE_WORDS.get(kind.get("type", ""), "anything")


def _limits(kinds: list[Json]) -> Iterator[str]:
    for kind in kinds:
        for key, words in LIMIT_WORDS:
            if key in kind:
                yield words.format(f"{kind[key]:,}")


def _control(name: str, kinds: list[Json], choices: tuple[str, ...]) -> Control:
    """What a form offers for it."""
    types = {kind.get("type", "enum") for kind in kinds}
    if choices:
        return "choice"
    if "object" in types:
        return "pairs" if all("properties" not in kind for kind in kinds) else "json"
    if "boolean" in types:
        return "yes_no"
    if "string" in types:
        return "long" if name.endswith(("message", "text")) else "text"
    return "number" if types & {"integer", "number"} else "json"
