"""Answers that go out piece by piece."""

import asyncio

import pytest

from leadhall.web.answers import send_stream


class Peer:
    """Who asked: keeps what was sent, and leaves when told."""

    def __init__(self):
        self.sent = []
        self.left = asyncio.Event()

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    @property
    def body(self):
        return b"".join(each.get("body", b"") for each in self.sent[1:])


async def stream_to(peer, stream):
    await send_stream(peer.send, peer.receive, 200, stream, request_id="r", content_type=b"text/event-stream")


async def test_a_stream_is_sent_piece_by_piece_and_ended():
    async def two():
        yield b"a"
        yield b"b"

    peer = Peer()
    await stream_to(peer, two())

    assert peer.body == b"ab"
    assert [each.get("more_body", False) for each in peer.sent[1:]] == [True, True, False]


async def test_a_stream_is_closed_when_its_reader_goes_away():
    peer, closed = Peer(), asyncio.Event()

    async def endless():
        try:
            yield b"a"
            peer.left.set()
            await asyncio.Event().wait()
        finally:
            closed.set()

    async with asyncio.timeout(5):
        await stream_to(peer, endless())

    assert closed.is_set()


async def test_a_fault_in_a_stream_cuts_the_connection_instead_of_ending_it_well():
    async def broken():
        yield b"a"
        raise RuntimeError("no more")

    peer = Peer()
    with pytest.raises(RuntimeError, match="no more"):
        await stream_to(peer, broken())

    assert peer.sent[-1]["more_body"]
