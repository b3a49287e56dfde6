"""Sends the examples to the demo's server, and shows what there is to see."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from leadhall.cli.demo.book import NAME, Book
from leadhall.cli.demo.callers import callers
from leadhall.cli.http import Answer, send, wait_until_ready

REFUSED_FROM = 400
LEAD = {
    "identifier_type": "email",
    "email": "you@example.com",
    "first_name": "You",
    "request_title": "Hello",
    "message_data": {"message": "My first lead"},
    "notifications": "email",
}


async def send_examples(url: str, book: Book) -> list[tuple[str, Answer]]:
    """Every example as its caller would send it, and its answer. CliFault when the server does not get ready."""
    await wait_until_ready(url)
    return [(f"{each.name} {each.post.path}", await send(url, each.post)) for each in callers(book.words())]


def show_answers(answers: Sequence[tuple[str, Answer]]) -> None:
    print("\nSent as public callers of this API do:")
    for name, answer in answers:
        print(f"  {answer.status}  {name}" + ("" if answer.status < REFUSED_FROM else f"\n       {answer.body}"))


def show_demo(url: str, book: Book, folder: Path, entry: str, *, telephones: str | None = None) -> None:
    """Links, tokens and a request that works as it stands. `make run` waits behind this."""
    first, second = book.businesses
    command = shlex.quote(sys.argv[0])
    pages = "\n".join(f"  {address}\n      {what}" for address, what in _pages(url, book, entry, telephones))
    print(
        f"""
Leadhall runs at {url}   (Ctrl-C stops it; the data stays in {folder})
{pages}

Tokens (also in {folder / NAME}):
  for websites           {book.directory.website_token}
  directory              {book.directory.token}
  {first.nickname:<21}  {first.owner.token}
  {second.nickname:<21}  {second.owner.token}
  app                    {book.app.token}

Send a lead:
  {_curl(url, book)}

and ask why it was filed as it was, by the uid in its answer:
  {command} lead show {first.client_uid}
""",
        flush=True,
    )


def _pages(url: str, book: Book, entry: str, telephones: str | None) -> list[tuple[str, str]]:
    """Where to look, and what is there."""
    pages = [
        (entry, "the inbox, as its owner: this link signs you in, once, within the hour"),
        (f"{url}/docs", "the reference, Try It, and every request"),
        (f"{url}/{book.businesses[0].uid}/contact/", "the public form of the first business"),
        (f"{url}/captured", "mail that would have left"),
        (f"{url}/", "state, last leads, what to do next"),
    ]
    return [*pages, (telephones, "telephones: texts arrive here, and are answered")] if telephones else pages


def _curl(url: str, book: Book) -> str:
    """With the token for websites, as a website would send it."""
    body = msgspec.json.encode(LEAD).decode()
    return (
        f"curl -sS {url}/platform/v1/leadgen \\\n"
        f"    -H 'Authorization: Bearer {book.directory.website_token}' \\\n"
        f"    -H 'X-On-Behalf-Of: {book.businesses[0].nickname}' \\\n"
        f"    -H 'Content-Type: application/json' \\\n"
        f"    -d '{body}'"
    )
