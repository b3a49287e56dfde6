"""Requests to a running server, as its callers make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from leadhall import __version__
from leadhall.cli.faults import CliFault

ANSWER_WITHIN_S = 20
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


def _body(post: Post) -> dict[str, Any]:
    if post.multipart is not None:
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in post.multipart.items():
            form.add_field(name, value)
        return {"data": form}
    return {"json": post.json} if post.form is None else {"data": post.form}
