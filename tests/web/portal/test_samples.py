"""The samples of the reference: every operation in every language, run as they stand against a real server.

One program a language runs all of them in turn, side by side with the other three; what the server was sent is compared
with the example that the page was made from.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys
from html import unescape
from urllib.parse import urlsplit

import pytest

from leadhall.app import TABLE
from leadhall.web.portal.described import Described
from leadhall.web.portal.samples import LANGUAGES

WITHIN_S = 60
END = "\x1e"
RUN = {"curl": ["bash"], "python": [sys.executable], "node": ["node"], "php": ["php"]}
ENDING = {"curl": ".sh", "python": ".py", "node": ".mjs", "php": ".php"}
SAMPLE = re.compile(r'<code data-sample="(\w+)">(.*?)</code>', re.DOTALL)
MEANT = ("authorization", "idempotency-key", "x-on-behalf-of", "dry-run", "x-request-id")
SPEAKS = {"curl": "curl/", "python": "python-requests/", "node": "node", "php": "(nobody)"}
"""How each tells who it is; PHP does not."""
SUCCEED = {"create_lead": 201, "list_clients": 200, "create_webhook": 201, "update_business": 200}
"""What exists in the known world is found, and made; of the rest an example names what may not be there."""


class Recording:
    """The application, and what it was asked, by the program that asked: method, address, headers, body, and status."""

    def __init__(self, app):
        self._app = app
        self.asked = []

    def __getattr__(self, name):
        return getattr(self._app, name)

    async def __call__(self, scope, receive, send):
        came, told = bytearray(), []

        async def heard():
            message = await receive()
            came.extend(message.get("body", b""))
            return message

        async def said(message):
            told.append(message.get("status"))
            await send(message)

        await self._app(scope, heard, said)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        address = (scope.get("raw_path") or scope["path"].encode()).decode(), scope["query_string"].decode()
        self.asked.append((scope["method"], address, headers, bytes(came), next(filter(None, told), None)))


@pytest.fixture
def app(running):
    return Recording(running[0])


def token_for(operation, world):
    """Of somebody who may."""
    held = {"staff": world.first.token, "directory": world.directory.token, "app": world.app.token,
            "client": world.client_token, "form_key": world.form_key}  # fmt: skip
    return next((token for kind, token in held.items() if kind in operation.policy.kinds), None)


def program(language, codes):
    """All samples of a language as one program: each within a scope of its own, and a mark after each."""
    match language:
        case "curl":
            return "\n".join(f"{code} -sS -o /dev/null -w '%{{http_code}}'; printf '\\x1e'" for code in codes)
        case "python":
            return "\n".join(f"exec({code!r}, {{}}); print({END!r}, end='')" for code in codes)
        case "node":
            return "\n".join(f"await (async () => {{ {code}\n}})(); process.stdout.write('\\x1e');" for code in codes)
        case "php":
            told = (f'(function () {{ {code.removeprefix("<?php")} }})(); echo "\\x1e";' for code in codes)
            return "<?php\n" + "\n".join(told)


async def run(language, codes, folder):
    """What each of them prints."""
    path = folder / f"samples{ENDING[language]}"
    path.write_text(program(language, codes))
    process = await asyncio.create_subprocess_exec(
        *RUN[language], str(path), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), WITHIN_S)
    assert (process.returncode, err.decode()) == (0, ""), language
    return out.decode().split(END)[:-1]


def as_sent(asked):
    """What a request says, whatever program wrote it: JSON by its value, headers that nobody asked for left out."""
    method, address, headers, body, _ = asked
    told = {name: headers[name] for name in (*MEANT, "content-type") if name in headers}
    return method, address, told, json.loads(body) if body else None


def as_meant(page, token):
    """The same of the example that the page shows."""
    request = page.request(page.examples[0])
    url = urlsplit(request.url)
    headers = {name.lower(): value for name, value in request.all_headers.items()}
    if token and "authorization" in headers:
        headers["authorization"] = f"Bearer {token}"
    return request.method, (url.path, url.query), headers, request.body


async def test_every_sample_of_every_operation_runs_and_sends_what_its_example_says(served, world, app, tmp_path):
    pages = {each.name: Described(each, served, world.first.uid) for each in TABLE.of_door("api")}
    tokens = {name: token_for(page.operation, world) for name, page in pages.items()}
    codes = {language: [] for _, language, _ in LANGUAGES}
    for name, page in pages.items():
        for sample in page.samples:
            codes[sample.key].append(sample.code.replace("Bearer TOKEN", f"Bearer {tokens[name]}"))
    told = await asyncio.gather(*(run(language, each, tmp_path) for language, each in codes.items()))

    meant = {name: as_meant(page, tokens[name]) for name, page in pages.items()}
    for language, statuses in zip(codes, told, strict=True):
        sent = [each for each in app.asked if each[2].get("user-agent", "(nobody)").startswith(SPEAKS[language])]
        assert {name: as_sent(each) for name, each in zip(pages, sent, strict=True)} == meant, language
        seen = {name: int(text.strip()[:3]) for name, text in zip(pages, statuses, strict=True)}
        assert seen == {name: each[4] for name, each in zip(pages, sent, strict=True)}, language
        assert [name for name, page in pages.items() if seen[name] not in documented(page)] == [], language
        assert {name: seen[name] for name in SUCCEED} == SUCCEED, language


def documented(page):
    """The statuses that its reference tells."""
    return {each.status for each in (*page.operation.replies, *page.operation.errors)}


async def test_the_programs_that_run_samples_are_here():
    assert [words[0] for words in RUN.values() if shutil.which(words[0]) is None] == []


async def test_a_page_shows_these_very_samples(owner_reads, served, settings, world):
    page = await owner_reads.text("/docs/reference/create-a-lead")
    here = f"http://127.0.0.1:{settings.port}"
    shown = {key: unescape(re.sub("<[^>]+>", "", code)) for key, code in SAMPLE.findall(page)}
    described = Described(next(each for each in TABLE if each.name == "create_lead"), here, world.first.uid)

    assert shown == {
        each.key: each.code.replace("Bearer TOKEN", f"Bearer {world.first.token}") for each in described.samples
    }


async def test_the_readers_own_token_stands_in_the_samples(owner_reads, world, ask):
    own = await owner_reads.text("/docs/reference/create-a-lead")
    others = (await ask.get("/docs/reference/create-a-lead")).content.decode()

    assert world.first.token in own
    assert world.first.uid in own
    assert "Bearer TOKEN" in others
