"""Requests to a running server, as its callers make them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from leadhall import __version__
from leadhall.cli.faults import CliFault

ANSWER_WITHIN_S = 20
READY_WITHIN_S = 60.0
LOOK_EVERY_S = 0.1
HTTP_OK = 200
USER_AGENT = {"User-Agent": f"leadhall/{__version__}"}


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


@dataclass(frozen=True)
class Post:
    """A request with one body: JSON, urlencoded `form` or `multipart` fields."""

    path: str
    headers: Mapping[str, str]
    json: Any = None
    form: Mapping[str, str] | None = None
    multipart: Mapping[str, str] | None = None


async def send(url: str, post: Post) -> Answer:
    """Post to the server at `url` (scheme, host, port). CliFault when it does not answer."""
    limits = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
    headers = USER_AGENT | dict(post.headers)
    try:
        async with (
            aiohttp.ClientSession(timeout=limits, trust_env=False) as client,
            client.post(url + post.path, headers=headers, allow_redirects=False, **_body(post)) as answer,
        ):
            return Answer(answer.status, await answer.text(errors="replace"))
    except (aiohttp.ClientError, TimeoutError) as fault:
        raise CliFault(
            f"no answer from {url}: {str(fault) or type(fault).__name__}", remedy="is it running? leadhall serve"
        ) from None


async def wait_until_ready(url: str) -> None:
    """Wait for a server that has just been started. CliFault when it does not get ready."""
    until = time.monotonic() + READY_WITHIN_S
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)) as client:
        while not await _is_ready(client, url):
            if time.monotonic() > until:
                raise CliFault(f"{url} did not get ready within {READY_WITHIN_S:.0f} s")
            await asyncio.sleep(LOOK_EVERY_S)


async def _is_ready(client: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with client.get(f"{url}/readyz") as answer:
            return answer.status == HTTP_OK
    except (aiohttp.ClientError, TimeoutError):
        return False


def _body(post: Post) -> dict[str, Any]:
    if post.multipart is not None:
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in post.multipart.items():
            form.add_field(name, value)
        return {"data": form}
    return {"json": post.json} if post.form is None else {"data": post.form}
