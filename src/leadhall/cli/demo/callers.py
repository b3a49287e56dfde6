"""Requests as public callers make them (callers/*.json), filled with the demo's tokens and names."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import msgspec

from leadhall.cli.http import Post


@dataclass(frozen=True)
class Caller:
    """One request of one file; `about` says who sends such."""

    name: str
    about: str
    post: Post


class _File(msgspec.Struct, rename={"about": "_about"}):
    about: str
    method: str
    path: str
    headers: dict[str, str]
    also: list[str] = []
    json: Any = None
    form: dict[str, str] | None = None
    multipart: dict[str, str] | None = None


def callers(words: Mapping[str, str]) -> Iterator[Caller]:
    """Every request of every file, in order. `words` fill `{staff_token}` and so on; `{unique}` is made here."""
    folder = resources.files(__package__) / "callers"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".json"):
            file = msgspec.json.decode(entry.read_bytes(), type=_File)
            for path in (file.path, *file.also):
                yield Caller(entry.name.removesuffix(".json"), file.about, _post(file, path, words))


def _post(file: _File, path: str, words: Mapping[str, str]) -> Post:
    filled = dict(words) | {"unique": secrets.token_hex(4)}
    return Post(
        path=path,
        headers=fill(file.headers, filled),
        json=fill(file.json, filled),
        form=fill(file.form, filled),
        multipart=fill(file.multipart, filled),
    )


def fill(value: Any, words: Mapping[str, str]) -> Any:
    """The value with each `{word}` in its strings replaced; other braces stay."""
    match value:
        case str():
            for word, meaning in words.items():
                value = value.replace("{" + word + "}", meaning)
            return value
        case dict():
            return {fill(key, words): fill(each, words) for key, each in value.items()}
        case list():
            return [fill(each, words) for each in value]
    return value
