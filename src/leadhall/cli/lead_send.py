"""`leadhall lead send`: post a lead to a running server, as a website would."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from leadhall.cli.address import local_url
from leadhall.cli.demo import known_port
from leadhall.cli.demo.book import read_book
from leadhall.cli.faults import Usage
from leadhall.cli.http import Post, send
from leadhall.cli.output import harmless, say
from leadhall.cli.session import chosen_place
from leadhall.settings import Settings, read_settings

LEADGEN = "/platform/v1/leadgen"
REFUSED_FROM = 400


async def send_lead(
    *,
    email: str | None = None,
    unique_id: str | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    phone: str | None = None,
    title: Annotated[str, Parameter(help="What it is about (request_title).")] = "Test from the command line",
    message: Annotated[str | None, Parameter(help="What the lead says.")] = None,
    business: Annotated[str | None, Parameter(help="Any name of the business; not needed with a staff token.")] = None,
    token: Annotated[
        str | None,
        Parameter(allow_leading_hyphen=True, help="The token; `-` reads it from stdin. Default: the demo's."),
    ] = None,
    url: Annotated[str | None, Parameter(help="The server; default http://127.0.0.1:PORT.")] = None,
    is_test: Annotated[bool, Parameter(help="Captured: nothing is sent, no figure counts it.")] = False,
    dry_run: Annotated[bool, Parameter(help="Tell what would happen, and store nothing.")] = False,
) -> int:
    """Post a lead and print the answer. Exit code 1 when the server refuses it."""
    settings = read_settings()
    secret, where, port = _credentials(settings, token, business)
    body = {
        "identifier_type": "unique_id" if unique_id and not email else "email",
        "email": email,
        "unique_id": unique_id,
        "first_name": first_name,
        "last_name": last_name,
        "phone": phone,
        "request_title": title,
        "message_data": {"message": message} if message else None,
        "business_id": where,
        "is_test": is_test or None,
    }
    given = {name: value for name, value in body.items() if value is not None}
    headers = {"Authorization": f"Bearer {secret}"} | ({"Dry-Run": "true"} if dry_run else {})
    answer = await send(url or local_url(port), Post(LEADGEN, headers, json=given))
    say(f"{answer.status}")
    print(harmless(_pretty(answer.body), keep="\n"))
    return int(answer.status >= REFUSED_FROM)


def _credentials(settings: Settings, token: str | None, business: str | None) -> tuple[str, str | None, int]:
    """The token to use, the business to name, and the port of the server here: the demo's where they are not told."""
    if token is not None:
        secret = sys.stdin.readline().strip() if token == "-" else token  # noqa: S105 - the sign for stdin
        return secret, business, settings.port
    book = None if settings.database_url else read_book(chosen_place(settings).data)
    if book is None:
        raise Usage("which token? --token TOKEN, or --token - to read it from stdin", remedy="leadhall token create")
    return book.directory.website_token, business or book.businesses[0].uid, known_port(settings, book)


def _pretty(body: str) -> str:
    try:
        decoded: Any = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body.strip()
    return msgspec.json.format(msgspec.json.encode(decoded), indent=2).decode()
