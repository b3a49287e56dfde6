"""Drives the server through its operations: as it should be asked, and so that somebody writes down why not.

Every answer is kept, but for those whose purpose is to tell a secret once; those are listened to.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from leadhall.core.operation import Operation
from leadhall.web.table import Table
from proof.isolation.ground import Ground
from proof.isolation.principals import Principal, principals
from proof.isolation.shots import Shot, rightful
from proof.secrets.canaries import Canaries

LEAD = {
    "identifier_type": "email",
    "first_name": "Dana",
    "request_title": "Kitchen",
    "notifications": "email,sms,auto-reply",
}
LEADGEN = "/platform/v1/leadgen"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
MOST_KEPT_CHARS = 300_000
REFUSED = frozenset({"nobody", "revoked", "website", "client", "outsider"})
"""Those of whom one refusal each is enough."""


@dataclass
class Driver:
    """`answers` are what anybody could read again: where, and the text."""

    asking: aiohttp.ClientSession
    url: str
    canaries: Canaries
    answers: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0
    fives: list[str] = field(default_factory=list)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        body: Any = None,
        raw: bytes | None = None,
        tells: str | None = None,
        where: str | None = None,
    ) -> tuple[int, str]:
        """One request. `tells`: the answer may hold a secret, which is of this kind; it is kept out of `answers`."""
        self.asked += 1
        given = {**(headers or {}), **({"Content-Type": "application/json"} if body is not None else {})}
        octets = json.dumps(body).encode() if body is not None else raw
        async with self.asking.request(
            method, URL(self.url + path, encoded=True), headers=given, data=octets, allow_redirects=False
        ) as answer:
            text = (await _octets_of(answer)).decode(errors="replace")
            cookies = answer.headers.getall("Set-Cookie", [])
        for cookie in cookies:
            self.canaries.add("session cookie", cookie.partition("=")[2].partition(";")[0])
        if tells is not None:
            self._listen(tells, text)
        else:
            shown = {k: v for k, v in answer.headers.items() if k.lower() != "set-cookie"}
            place = where or f"answer of {method} {path.partition('?')[0][:60]}"
            self.answers.append((place, f"{text[:MOST_KEPT_CHARS]}\n{shown}"))
        if answer.status >= 500 and answer.status != 503:
            self.fives.append(f"{method} {path[:80]}: {answer.status}")
        return answer.status, text

    def _listen(self, kind: str, text: str) -> None:
        self.canaries.hear(kind, text)
        try:
            self.canaries.hear_value(kind, json.loads(text))
        except ValueError:
            return


async def every_operation(driver: Driver, table: Table, ground: Ground) -> None:
    """Each example by everybody who may, and by some who may not: their tokens are secrets that were sent, too."""
    ordered = sorted(table, key=lambda each: each.method == "DELETE")
    for operation in ordered:
        for who in principals(ground.world):
            may = who.may(operation.policy)
            shots = rightful(operation, ground.name(who.own))
            for shot in shots if may else shots[: who.name in REFUSED]:
                await _fire(driver, operation, shot, who)


async def _fire(driver: Driver, operation: Operation, shot: Shot, who: Principal) -> None:
    tells = f"told by {operation.name}" if _tells(operation) else None
    body = _with_canaries(shot.body, driver.canaries, operation.name) if operation.secret else shot.body
    headers = who.headers() | shot.headers
    if body is None and shot.method in ("POST", "PUT"):
        await driver.ask(shot.method, shot.url, headers=headers | FORM, raw=b"", tells=tells, where=operation.name)
    else:
        await driver.ask(shot.method, shot.url, headers=headers, body=body, tells=tells, where=operation.name)
    if body is not None and who.name == "owner":
        broken = b'{"a": ' + json.dumps(body).encode()
        await driver.ask(shot.method, shot.url, headers=headers, raw=broken, where=f"{operation.name}, broken")


def _tells(operation: Operation) -> bool:
    """Whether its answer may hold a secret, which is shown this once. Pages that are only looked at may not."""
    return operation.secret and (operation.door == "api" or operation.method != "GET")


def _with_canaries(value: Any, canaries: Canaries, name: str) -> Any:
    """A secret of our own wherever the example of a secret operation says one."""
    if isinstance(value, dict):
        return {
            key: canaries.make(f"sent to {name} as {key}")
            if key in ("password", "client_secret", "code", "refresh_token", "token") and isinstance(each, str)
            else _with_canaries(each, canaries, name)
            for key, each in value.items()
        }
    return value


async def misplaced(driver: Driver, secrets: Iterable[str], business: str) -> None:
    """A token where it does not belong: address, path, another header, another scheme; and mistyped."""
    for secret in secrets:
        bearer = {"Authorization": f"Bearer {secret}"}
        for headers in (
            {"Authorization": "Basic " + base64.b64encode(f"user:{secret}".encode()).decode()},
            {"Authorization": f"Token {secret}"},
            {"Authorization": secret},
            {"Authorization": f"Bearer {secret}x"},
            {"Authorization": f'Token token="{secret}"', "X-On-Behalf-Of": secret},
            {"X-Api-Key": secret, "Cookie": f"session={secret}"},
            bearer | {"X-On-Behalf-Of": business},
        ):
            await driver.ask("POST", LEADGEN, headers=headers, body=LEAD | {"email": f"{driver.asked}@example.com"})
            await driver.ask("GET", "/platform/v1/clients?search_by=email&search_term=a", headers=headers)
        for path in (
            f"/platform/v1/clients?token={secret}",
            f"/platform/v1/clients?access_token={secret}&page=x",
            f"/docs/requests?token={secret}",
            f"/m/{secret}",
            f"/nowhere/{secret}",
            f"{LEADGEN}?token={secret}",
        ):
            for headers in ({}, bearer):
                await driver.ask("GET", path, headers=headers, where="what is in a URL")
                await driver.ask("POST", path, headers=headers, body={}, where="what is in a URL")


async def portal(driver: Driver, token: str, slugs: Iterable[str]) -> None:
    """The pages that show requests again, and every page beside them, to somebody who logged in."""
    await driver.ask("POST", "/docs/login", headers=FORM, raw=b"token=wrong", where="docs login")
    status, _ = await driver.ask("POST", "/docs/login", headers=FORM, raw=f"token={token}".encode(), where="docs login")
    assert status == 303, f"nobody could log in to the portal: {status}"
    _, history = await driver.ask("GET", "/docs/requests", where="docs requests")
    for path in sorted(set(_links(history, "/docs/requests/"))):
        await driver.ask("GET", path, where="docs request")
    for slug in slugs:
        await driver.ask("GET", f"/docs/reference/{slug}", where="docs reference")
        await driver.ask("GET", f"/docs/recent/{slug}", where="docs recent")
    for page in ("/", "/docs", "/docs/errors", "/docs/events", "/llms.txt", "/metrics", "/readyz", "/openapi.json"):
        await driver.ask("GET", page, where=f"page {page}")


def _links(html: str, prefix: str) -> list[str]:
    return [part.partition('"')[0].replace("&amp;", "&") for part in html.split('href="') if part.startswith(prefix)]


async def _octets_of(answer: aiohttp.ClientResponse) -> bytes:
    """The whole answer; of a stream of events, which has no end, what comes within a second."""
    if answer.content_type != "text/event-stream":
        return await answer.read()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            return await answer.content.readany()
    return b""
