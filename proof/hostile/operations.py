"""Hostile values in every place of the bodies of all writes, and hostile names in every path and query of the table."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import aiohttp
from yarl import URL

from leadhall.core.operation import Operation
from leadhall.web.table import Table
from proof.isolation.ground import Ground
from proof.isolation.principals import Principal, principals
from proof.isolation.shots import Shot, rightful

MARK = "@@here@@"
AT_ONCE = 8
OURS_FROM = 500
LONG_BYTES = 1_000_000
VALUES = {
    "NUL, escaped": rb'"a\u0000b"',
    "NUL, raw": b'"a\0b"',
    "a lone surrogate": rb'"a\ud83d"',
    "latin-1": b'"Zo\xeb"',
    "NaN": b"NaN",
    "400 digits": b"9" * 400,
    "beyond 64 bits": b"18446744073709551616",
    "a huge exponent": b"1e400",
    "null": b"null",
    "true": b"true",
    "a list": b'["a", null, {"b": []}]',
    "an object": b'{"a": {"b": 1}}',
    "a key twice": b'{"a": 1, "a": 2}',
    "2,000 lists": b"[" * 2_000 + b"]" * 2_000,
    "2,000 lists never closed": b"[" * 2_000,
    "control characters": rb'"a\u0001\u001b\u007f\u0085b"',
    "marks without end": json.dumps("e" + "\u0301\u0316" * 1_000).encode(),
    "100 KB": b'"' + b"x" * 100_000 + b'"',
    "bidi and zero width": json.dumps("\u202egnp\u200b\u2060.exe").encode(),
    "script": json.dumps("<script>alert(1)</script>{{ 7*7 }}").encode(),
    "a mail header": json.dumps("a\r\nBcc: b@example.com").encode(),
    "nothing": b'""',
    "a comma": b'","',
    "a list of nothing": b'[""]',
    "a list of null": b"[null]",
    "a numbered list of nothing": b'{"0": ""}',
    "a key of 5,000 digits": b'{"' + b"9" * 5_000 + b'": ""}',
    "two minuses": b'"--5"',
    "2,000 lists in a text": b'"' + b"[" * 2_000 + b'"',
    "5,000 objects in a text": json.dumps('{"a":' * 5_000).encode(),
}
BODIES = {
    "no body": b"", "a list": b"[]", "a text": b'"x"', "UTF-16": '{"a": "b"}'.encode("utf-16"),
    "a BOM twice": b"\xef\xbb\xbf\xef\xbb\xbf{}", "half a document": b'{"a": ',
    "2 MB": b'{"a": "' + b"x" * 2_000_000 + b'"}',
}  # fmt: skip
NAMES = ("%00", "%ff", "%ED%A0%80", "9" * 400, "-1", "1e9", "..%2f..", "%27%22%3B--", "%C4%B0", "x" * 3_000)


@dataclass(frozen=True)
class Attempt:
    """A request of one operation: `what` stands in it that should not."""

    operation: str
    what: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass
class Tried:
    attempts: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    """Answered 5xx, or not at all."""


def attempts(table: Table, ground: Ground, chance: Random, most: int) -> list[Attempt]:
    """A drawn part of all that could be tried, but something of each operation that takes a name or a body."""
    everything = {operation.name: list(_of_operation(operation, ground)) for operation in table}
    for each in everything.values():
        chance.shuffle(each)
    share = max(8, most // max(1, sum(bool(each) for each in everything.values())))
    drawn = [attempt for each in everything.values() for attempt in each[:share]]
    # Once what they ask about is gone, the others would only hear that it is.
    return sorted(drawn, key=lambda each: each.method == "DELETE")


def _of_operation(operation: Operation, ground: Ground) -> Iterator[Attempt]:
    who = next((each for each in principals(ground.world) if each.may(operation.policy)), None)
    if who is None and not operation.policy.anybody:
        return
    caller = who or principals(ground.world)[0]
    for shot in rightful(operation, ground.name(caller.own))[:1]:
        yield from _names(operation, shot, caller)
        if isinstance(shot.body, dict):
            yield from _bodies(operation, shot, caller)


def _names(operation: Operation, shot: Shot, who: Principal) -> Iterator[Attempt]:
    for name in NAMES:
        for parameter in re.findall(r"{[^}]*}", operation.path):
            path = re.sub(r"{[^}]*}", lambda found, p=parameter, n=name: n if found[0] == p else "x", operation.path)
            yield _attempt(operation, f"{name[:20]} as {parameter}", shot, who, url=path)
        for key in shot.query:
            query = "&".join(f"{other}={name if other == key else value}" for other, value in shot.query.items())
            yield _attempt(operation, f"{name[:20]} as {key}", shot, who, url=f"{shot.path}?{query}")
    if shot.query:
        key = next(iter(shot.query))
        yield _attempt(operation, "a parameter twice", shot, who, url=f"{shot.url}&{key}=a&{key}=b")


def _bodies(operation: Operation, shot: Shot, who: Principal) -> Iterator[Attempt]:
    for name, body in BODIES.items():
        yield _attempt(operation, name, shot, who, body=body)
    for path in places_of(shot.body):
        for name, raw in VALUES.items():
            yield _attempt(
                operation, f"{name} as {'.'.join(map(str, path))}", shot, who, body=with_value(shot.body, path, raw)
            )


def _attempt(
    operation: Operation, what: str, shot: Shot, who: Principal, *, url: str | None = None, body: bytes | None = None
) -> Attempt:
    given = json.dumps(shot.body).encode() if body is None and shot.body is not None else body
    headers = who.headers() | shot.headers | ({"Content-Type": "application/json"} if given is not None else {})
    return Attempt(operation.name, what, shot.method, url or shot.url, headers, given)


def places_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a JSON value: a list or an object itself, and each text and number."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places_of(each, (*path, key))


def with_value(body: Any, path: Sequence[Any], raw: bytes) -> bytes:
    """The body as JSON with `raw` at this place."""
    changed = copy.deepcopy(body)
    target = changed
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = MARK
    return json.dumps(changed).encode().replace(f'"{MARK}"'.encode(), raw)


async def try_all(url: str, tries: Sequence[Attempt]) -> Tried:
    """Each once, some at a time."""
    tried, waiting = Tried(attempts=len(tries)), iter(tries)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as asking:

        async def go_on() -> None:
            for each in waiting:
                await _try(asking, url, each, tried)

        await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))
    return tried


async def _try(asking: aiohttp.ClientSession, url: str, each: Attempt, tried: Tried, *, again: int = 2) -> None:
    """What breaks off is tried again, and is a fault when it always does.

    A server that answers before it has read a body closes that connection, maybe while the next request is written to
    it; and what is long may be cut off each time, as it is refused while it is sent.
    """
    try:
        async with asking.request(
            each.method, URL(url + each.url, encoded=True), data=each.body, headers=each.headers, allow_redirects=False
        ) as answer:
            tried.statuses[answer.status] += 1
            tried.operations.add(each.operation)
            if answer.status >= OURS_FROM:
                tried.faults.append(f"{each.operation}: {each.what} is answered {answer.status}")
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as fault:
        if again:
            await _try(asking, url, each, tried, again=again - 1)
        elif len(each.body or b"") < LONG_BYTES:
            tried.faults.append(f"{each.operation}: {each.what} ends in {type(fault).__name__}: {fault}")
