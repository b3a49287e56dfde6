"""A double of the SMS provider: it speaks the documented API over HTTP, and can be told to fail.

The only thing in these tests that is not real, as texts cost money and people. It keeps what it took in `texts`.
"""

from __future__ import annotations

import asyncio
import base64
from contextlib import asynccontextmanager

from aiohttp import ClientSession, web

from leadhall.notify.sms.signature import sign

SID, SECRET, NUMBER = "AC" + "0" * 32, "the provider's secret", "+15005550006"
WORDS = {
    20003: "Authenticate",
    20429: "Too Many Requests",
    21211: "The 'To' number is not a valid phone number.",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21606: "The From phone number is not a valid, SMS-capable inbound phone number",
    21617: "The concatenated message body exceeds the 1600 character limit",
}


class Double:
    """`fails(status, code)` makes the next text fail; `answers(body)` answers it so; `hangs` holds them."""

    def __init__(self):
        self.texts = []
        self.asked = []
        self._next = []
        self.hangs = None
        self.url = ""

    def fails(self, status, code=None, headers=None):
        told = {"code": code, "message": WORDS.get(code, "It failed"), "more_info": "", "status": status}
        self._next.append(lambda: web.json_response(told, status=status, headers=headers))

    def answers(self, body, status=201):
        self._next.append(lambda: web.Response(body=body, status=status))

    def redirects(self, url):
        self._next.append(lambda: web.Response(status=307, headers={"Location": url}))

    async def _post(self, request):
        form = dict(await request.post())
        self.asked.append(form)
        if self.hangs is not None:
            await self.hangs.wait()
        if self._next:
            return self._next.pop(0)()
        return self._taken(form) if _is_let_in(request) else _stranger()

    async def _account(self, request):
        told = {"sid": SID, "status": "active", "friendly_name": "Acme"}
        return web.json_response(told) if _is_let_in(request) else _stranger()

    def _taken(self, form):
        for needed, code in (("To", 21604), ("Body", 21602)):
            if not form.get(needed):
                return web.json_response({"code": code, "message": f"{needed} is required", "status": 400}, status=400)
        if not form.get("From") and not form.get("MessagingServiceSid"):
            return web.json_response({"code": 21603, "message": "A From is required", "status": 400}, status=400)
        sid = f"SM{len(self.texts):032x}"
        self.texts.append(form | {"sid": sid})
        told = {"sid": sid, "status": "queued", "to": form["To"], "from": form.get("From"), "error_code": None}
        return web.json_response(told, status=201)

    async def report(self, text, status, code=None, *, secret=SECRET, **more):
        """Tell what became of a text, signed, as the provider does."""
        form = {"MessageSid": text["sid"], "MessageStatus": status, "AccountSid": SID, "To": text["To"], **more}
        if code:
            form["ErrorCode"] = str(code)
        return await call(text["StatusCallback"], form, secret=secret)


def _is_let_in(request):
    wanted = base64.b64encode(f"{SID}:{SECRET}".encode()).decode()
    return request.headers.get("Authorization") == f"Basic {wanted}" and request.match_info["sid"] == SID


def _stranger():
    return web.json_response({"code": 20003, "message": WORDS[20003], "status": 401}, status=401)


async def call(url, form, *, secret=SECRET):
    """A signed call of the provider's; the answer's status and words."""
    headers = {"X-Twilio-Signature": sign(secret, url, form.items())}
    async with ClientSession() as session, session.post(url, data=form, headers=headers) as answer:
        return answer.status, await answer.text()


@asynccontextmanager
async def provider():
    """A double on a port of its own."""
    double = Double()
    app = web.Application()
    app.router.add_post("/2010-04-01/Accounts/{sid}/Messages.json", double._post)
    app.router.add_get("/2010-04-01/Accounts/{sid}.json", double._account)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    double.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    try:
        yield double
    finally:
        if double.hangs is not None:
            double.hangs.set()
            await asyncio.sleep(0)
        await runner.cleanup()
