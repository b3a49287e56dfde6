"""A reader of the portal, as a browser that keeps its cookie."""

from urllib.parse import urlencode

import pytest

FORM = {"content-type": "application/x-www-form-urlencoded"}


class Reader:
    """A browser that keeps its cookie."""

    def __init__(self, ask):
        self._ask = ask
        self.cookie = None

    async def log_in(self, token, **more):
        told = await self.send("/docs/login", {"token": token}, **more)
        if given := told.header("set-cookie"):
            self.cookie = given.partition(";")[0]
        return told

    async def send(self, path, fields, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._ask.post(path, body=urlencode(fields).encode(), headers=FORM | self._mine() | named)

    async def get(self, path):
        return await self._ask.get(path, headers=self._mine())

    async def text(self, path):
        told = await self.get(path)
        assert told.status == 200, (path, told.status)
        return told.content.decode()

    def _mine(self):
        return {"cookie": self.cookie} if self.cookie else {}


@pytest.fixture
def reader(ask):
    return Reader(ask)


@pytest.fixture
async def owner_reads(reader, world):
    """The owner of the first business, logged in."""
    assert (await reader.log_in(world.first.token)).status == 303
    return reader
