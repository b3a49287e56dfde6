"""The same request in the languages that people post leads from. Each sample runs as it stands (a test runs them)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from leadhall.core.operation import Example, Operation

TOKEN = "TOKEN"  # noqa: S105 - stands where the reader's own goes
_PARAMETER = re.compile(r"{(\w+)}")
_PHP_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "$": "\\$", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True)
class Request:
    """One request to be shown: `headers` without the token's."""

    method: str
    url: str
    token: str | None
    headers: dict[str, str]
    body: Any

    @property
    def all_headers(self) -> dict[str, str]:
        known = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        typed = {"Content-Type": "application/json"} if self.body is not None else {}
        return {**known, **typed, **self.headers}


@dataclass(frozen=True)
class Sample:
    """One language: its name for people, for highlighting and links, and the code."""

    language: str
    key: str
    code: str


def request_of(operation: Operation, example: Example, *, url: str, token: str = TOKEN) -> Request:
    """The example as a request to the server at `url`."""
    query = f"?{urlencode(example.query)}" if example.query else ""
    return Request(
        operation.method,
        f"{url}{_filled(operation, example)}{query}",
        None if operation.policy.anybody else token,
        dict(example.headers),
        example.body,
    )


def _filled(operation: Operation, example: Example) -> str:
    """The path with the example's values in it; the name in capitals where it has none."""
    return _PARAMETER.sub(lambda found: example.path.get(found[1], found[1].upper()), operation.path)


def samples_of(request: Request) -> tuple[Sample, ...]:
    return tuple(Sample(language, key, write(request)) for language, key, write in LANGUAGES)


def curl(request: Request) -> str:
    method = [] if request.method in ("GET", "POST") and _has_its_method(request) else [f"-X {request.method}"]
    lines = [" ".join(["curl", *method, _quoted(request.url)])]
    lines += [f"-H {_quoted(f'{name}: {value}')}" for name, value in request.all_headers.items()]
    if request.body is not None:
        lines.append(f"-d {_quoted(_json(request.body))}")
    return " \\\n  ".join(lines)


def _has_its_method(request: Request) -> bool:
    """Curl posts what has a body and gets the rest."""
    return (request.method == "POST") == (request.body is not None)


def python(request: Request) -> str:
    lines = ["import requests", "", f"answer = requests.{request.method.lower()}(", f"    {request.url!r},"]
    headers = {name: value for name, value in request.all_headers.items() if name != "Content-Type"}
    if headers:
        lines.append(f"    headers={headers!r},")
    if request.body is not None:
        lines.append(f"    json={_indented(_python_literal(request.body))},")
    return "\n".join([*lines, "    timeout=10,", ")", "print(answer.status_code, answer.text)"])


def node(request: Request) -> str:
    inner = [f"  method: {_json(request.method)},", f"  headers: {_indented(_json(request.all_headers), 2)},"]
    if request.body is not None:
        inner.append(f"  body: JSON.stringify({_indented(_json(request.body), 2)}),")
    start = f"const answer = await fetch({_json(request.url)}, {{"
    return "\n".join([start, *inner, "});", "console.log(answer.status, await answer.text());"])


def php(request: Request) -> str:
    headers = [f"{name}: {value}" for name, value in request.all_headers.items()]
    lines = [
        "<?php",
        f"$request = curl_init({_php(request.url)});",
        "curl_setopt_array($request, [",
        f"    CURLOPT_CUSTOMREQUEST => {_php(request.method)},",
        f"    CURLOPT_HTTPHEADER => {_indented(_php(headers))},",
        "    CURLOPT_RETURNTRANSFER => true,",
        "    CURLOPT_TIMEOUT => 10,",
    ]
    if request.body is not None:
        lines.append(f"    CURLOPT_POSTFIELDS => json_encode({_indented(_php(request.body))}),")
    told = "echo curl_getinfo($request, CURLINFO_RESPONSE_CODE), ' ', $answer, PHP_EOL;"
    return "\n".join([*lines, "]);", "$answer = curl_exec($request);", told])


LANGUAGES: tuple[tuple[str, str, Callable[[Request], str]], ...] = (
    ("curl", "curl", curl),
    ("Python", "python", python),
    ("Node", "node", node),
    ("PHP", "php", php),
)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _indented(text: str, by: int = 4) -> str:
    """All lines but the first moved right."""
    return text.replace("\n", "\n" + " " * by)


def _quoted(text: str) -> str:
    """For a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _python_literal(value: Any, depth: int = 0) -> str:
    pad = " " * 4 * (depth + 1)
    if isinstance(value, dict) and value:
        rows = [f"{pad}{key!r}: {_python_literal(inner, depth + 1)}," for key, inner in value.items()]
        return "\n".join(["{", *rows, " " * 4 * depth + "}"])
    if isinstance(value, list) and any(isinstance(each, dict) for each in value):
        rows = [f"{pad}{_python_literal(each, depth + 1)}," for each in value]
        return "\n".join(["[", *rows, " " * 4 * depth + "]"])
    return repr(value)


def _php(value: Any, depth: int = 0) -> str:
    pad = " " * 4 * (depth + 1)
    if isinstance(value, dict):
        if not value:
            return "new stdClass"
        rows = [f"{pad}{_php(str(key))} => {_php(inner, depth + 1)}," for key, inner in value.items()]
    elif isinstance(value, list):
        rows = [f"{pad}{_php(each, depth + 1)}," for each in value]
    elif isinstance(value, str):
        return _php_text(value)
    else:
        return json.dumps(value)
    return "\n".join(["[", *rows, " " * 4 * depth + "]"])


def _php_text(text: str) -> str:
    """In single quotes; on one line where it has several, because lines are moved right later."""
    if "\n" not in text:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return '"' + text.translate(_PHP_ESCAPES) + '"'
