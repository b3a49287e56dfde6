"""A stream of events ends with its reader, whatever happens at the same moment."""

import asyncio

import pytest

from leadhall.web.answers import send_stream
from leadhall.web.live import Live, Place


@pytest.mark.parametrize("moment", range(5))
async def test_who_leaves_at_the_moment_of_a_change_is_gone(moment):
    live = Live(None, None)
    reader_left, listens = asyncio.Event(), asyncio.Event()

    async def receive():
        await reader_left.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        if message.get("body"):
            listens.set()

    stream = live.open(Place(1), user="u", mark="")
    answering = asyncio.create_task(
        send_stream(send, receive, 200, stream, request_id="r", content_type=b"text/event-stream")
    )
    await listens.wait()
    for _ in range(10):  # until it waits for a change
        await asyncio.sleep(0)
    (ear,) = live._ears
    reader_left.set()
    for _ in range(moment):
        await asyncio.sleep(0)
    ear.heard.set()

    await asyncio.wait_for(answering, 2)
    assert live.streams == 0
