"""The demo's provider of texts and the telephones behind it: the documented API over HTTP, and a page to text back.

Texts cost money and reach people, so here nothing leaves the machine. The tests' double is this with switches to fail.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from html import escape
from string import Template

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from leadhall.core.ids import mint
from leadhall.notify.sms.signature import sign

SID, NUMBERS = "AC" + "0" * 32, ("+15005550006", "+15005550007")
API = "/2010-04-01/Accounts/{sid}"
KEPT_MOST = 200
REPORT_WITHIN_S = 5.0
WORDS = {20003: "Authenticate", 21602: "Body is required", 21603: "A From is required", 21604: "To is required"}

PAGE = Template("""<!doctype html><html lang="en"><meta charset="utf-8"><title>Telephones of the demo</title>
<h1>Telephones of the demo</h1><p>Texts that Leadhall sends arrive here. Nothing leaves this machine.</p>
<form method="post"><label>From <input name="From" value="+14155550132"></label>
<label>to <select name="To">$choices</select></label>
<label>text <input name="Body" value="Could you come on Monday?" size="40"></label> <button>Text</button></form>
<p>$answer</p>
<table><thead><tr><th>from<th>to<th>text</thead><tbody>$rows</tbody></table></html>""")


class Telephones:
    """`texts` is what it took, oldest first. `inbound` is the address that it tells of texts that come in."""

    def __init__(self, secret: str, *, inbound: str = "", reports: bool = False) -> None:
        self._secret = secret
        self._inbound = inbound
        self._reports = reports
        self._reporting: set[asyncio.Task[None]] = set()
        self.texts: list[dict[str, str]] = []
        self.url = ""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(f"{API}/Messages.json", self.create_message),
            web.get(f"{API}.json", self.show_account),
            web.get("/", self.show_page),
            web.post("/", self.text_back),
        ]

    async def create_message(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        return self.take(form) if self.is_let_in(request) else refusal(401, 20003)

    async def show_account(self, request: web.Request) -> web.Response:
        told = {"sid": SID, "status": "active", "friendly_name": "Demo"}
        return web.json_response(told) if self.is_let_in(request) else refusal(401, 20003)

    def is_let_in(self, request: web.Request) -> bool:
        wanted = base64.b64encode(f"{SID}:{self._secret}".encode()).decode()
        return request.headers.get("Authorization") == f"Basic {wanted}" and request.match_info["sid"] == SID

    def take(self, form: dict[str, str]) -> web.Response:
        """A text, or what is missing of it."""
        if not form.get("From") and not form.get("MessagingServiceSid"):
            return refusal(400, 21603)
        for needed, code in (("To", 21604), ("Body", 21602)):
            if not form.get(needed):
                return refusal(400, code)
        sid = f"SM{mint()}"
        self.texts = [*self.texts[-KEPT_MOST:], form | {"sid": sid}]
        if self._reports and form.get("StatusCallback"):
            task = asyncio.create_task(self._report_later(self.texts[-1]))
            self._reporting.add(task)
            task.add_done_callback(self._reporting.discard)
        told = {"sid": sid, "status": "queued", "to": form["To"], "from": form.get("From"), "error_code": None}
        return web.json_response(told, status=201)

    async def _report_later(self, text: Mapping[str, str]) -> None:
        await asyncio.sleep(0.2)  # as a telephone takes a moment
        with contextlib.suppress(ClientError, TimeoutError):
            await self.report(text, "delivered")

    async def report(self, text: Mapping[str, str], status: str, code: int | None = None) -> tuple[int, str]:
        """Tell what became of a text, signed; the status and words of the answer."""
        form = {"MessageSid": text["sid"], "MessageStatus": status, "AccountSid": SID, "To": text["To"]}
        return await call(text["StatusCallback"], form | ({"ErrorCode": str(code)} if code else {}), self._secret)

    # the page

    async def show_page(self, _: web.Request) -> web.Response:
        return _page(self.texts, "")

    async def text_back(self, request: web.Request) -> web.Response:
        """Text one of the businesses, as a telephone would; what it answers is shown."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
            return web.Response(status=403, text="From this page only.")
        given = await request.post()
        form = {"MessageSid": f"SM{mint()}", "AccountSid": SID, "NumMedia": "0"}
        form |= {name: str(given.get(name, "")) for name in ("From", "To", "Body")}
        try:
            status, words = await call(self._inbound, form, self._secret)
        except (ClientError, TimeoutError) as fault:
            status, words = 0, type(fault).__name__
        return _page(self.texts, f"{status} {words}")


async def call(url: str, form: dict[str, str], secret: str) -> tuple[int, str]:
    """A signed call of the provider's; the answer's status and words."""
    headers = {"X-Twilio-Signature": sign(secret, url, form.items())}
    limit = ClientTimeout(total=REPORT_WITHIN_S)
    async with ClientSession(timeout=limit) as session, session.post(url, data=form, headers=headers) as answer:
        return answer.status, await answer.text()


def refusal(status: int, code: int) -> web.Response:
    return web.json_response({"code": code, "message": WORDS[code], "status": status}, status=status)


@asynccontextmanager
async def serving_texts(telephones: Telephones) -> AsyncIterator[Telephones]:
    """On a port of its own, on loopback."""
    app = web.Application()
    app.router.add_routes(telephones.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    telephones.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield telephones
    finally:
        await runner.cleanup()


@contextmanager
def telephones_beside(telephones: Telephones) -> Iterator[Telephones]:
    """The same in a thread, beside a server that has this one's loop."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with serving_texts(telephones):
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="telephones", daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield telephones
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(5)


def _page(texts: list[dict[str, str]], answer: str) -> web.Response:
    rows = "".join(
        f"<tr><td>{escape(text.get('From', ''))}<td>{escape(text['To'])}<td>{escape(text['Body'])}"
        for text in reversed(texts)
    )
    choices = "".join(f"<option>{number}" for number in NUMBERS)
    content = PAGE.substitute(rows=rows, choices=choices, answer=escape(answer))
    policy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    return web.Response(text=content, content_type="text/html", headers={"Content-Security-Policy": policy})
