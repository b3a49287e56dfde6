"""A double of the SMS provider: the demo's, which speaks the documented API over HTTP, with switches to fail.

The only thing in these tests that is not real, as texts cost money and people. It keeps what it took in `texts`.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from aiohttp import web

from leadhall.cli.demo.telephones import NUMBERS, SID, Telephones, serving_texts

SECRET, NUMBER = "the provider's secret", NUMBERS[0]
WORDS = {
    20429: "Too Many Requests",
    21211: "The 'To' number is not a valid phone number.",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21606: "The From phone number is not a valid, SMS-capable inbound phone number",
    21617: "The concatenated message body exceeds the 1600 character limit",
}
__all__ = ["NUMBER", "SECRET", "SID", "Double", "provider"]


class Double(Telephones):
    """`fails(status, code)` makes the next text fail; `answers(body)` answers it so; `hangs` holds them."""

    def __init__(self):
        super().__init__(SECRET)
        self.asked = []
        self._next = []
        self.hangs = None

    def fails(self, status, code=None, headers=None):
        told = {"code": code, "message": WORDS.get(code, "It failed"), "more_info": "", "status": status}
        self._next.append(lambda: web.json_response(told, status=status, headers=headers))

    def answers(self, body, status=201):
        self._next.append(lambda: web.Response(body=body, status=status))

    def redirects(self, url):
        self._next.append(lambda: web.Response(status=307, headers={"Location": url}))

    async def create_message(self, request):
        self.asked.append(dict(await request.post()))
        if self.hangs is not None:
            await self.hangs.wait()
        return self._next.pop(0)() if self._next else await super().create_message(request)


@asynccontextmanager
async def provider():
    """A double on a port of its own."""
    double = Double()
    async with serving_texts(double):
        try:
            yield double
        finally:
            if double.hangs is not None:
                double.hangs.set()
                await asyncio.sleep(0)
