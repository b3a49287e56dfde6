"""A browser of words alone: keeps its cookie, sends forms with what the page put into them."""

import re
from html import unescape
from urllib.parse import urlencode

from leadhall.tenancy.sessions import open_session

FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}


class Browser:
    def __init__(self, ask, cookie=None, language="en"):
        self._ask = ask
        self.cookie = cookie
        self._language = language

    async def get(self, path, **headers):
        return self._keep(await self._ask.get(path, headers=self._mine() | _named(headers)))

    async def text(self, path, status=200):
        told = await self.get(path)
        assert told.status == status, (path, told.status, told.content[:2000])
        return told.content.decode()

    async def post(self, path, fields=(), *, csrf_of=None, status=303, **headers):
        """Send a form; `csrf_of` is the page whose mark it carries."""
        pairs = list(fields.items() if isinstance(fields, dict) else fields)
        if csrf_of:
            pairs.append(("csrf", csrf_in(await self.text(csrf_of))))
        told = self._keep(
            await self._ask.post(path, body=urlencode(pairs).encode(), headers=FORM | self._mine() | _named(headers))
        )
        assert status is None or told.status == status, (path, told.status, told.content[:2000])
        return told

    def _mine(self):
        cookie = {"cookie": self.cookie} if self.cookie else {}
        return {"accept-language": self._language} | cookie

    def _keep(self, told):
        given = [value.decode() for name, value in told.headers if name == b"set-cookie"]
        if given:  # what is said second only ends the cookie of the way in
            kept = given[0].partition(";")[0]
            self.cookie = kept if kept.partition("=")[2] else None
        return told


def _named(headers):
    return {name.replace("_", "-"): value for name, value in headers.items()}


def csrf_in(page):
    return re.search(r'name="csrf" value="([^"]+)"', page)[1]


def words_of(page):
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


async def signed_in(ask, owner, email, **more):
    """A browser of who has this address."""
    user_id = await owner.fetchval("select id from app_user where email = $1", email)
    return Browser(ask, f"leadhall={await open_session(owner, user_id)}", **more)
