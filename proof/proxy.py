"""A TCP proxy on loopback that is a bad network: slow, in slices, cut off, refusing, silent, narrow."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

Mode = Literal["clean", "latency", "slices", "reset", "refuse", "blackhole", "rate"]
FAULTS: tuple[Mode, ...] = ("latency", "slices", "reset", "refuse", "blackhole", "rate")
LATENCY_S = 0.05
SLICE_BYTES = 7
RATE_BYTES_PER_S = 20_000
PIECE_BYTES = 16_384
RESET_AT_ONCE = struct.pack("ii", 1, 0)
Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class FaultProxy:
    """Carries what connects to `port` to the other side, as `mode` lets it."""

    def __init__(self, connect: Connect) -> None:
        self.port = 0
        self.latency_s = LATENCY_S
        self._connect = connect
        self._mode: Mode = "clean"
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._may_pass = asyncio.Event()
        self._may_pass.set()

    @property
    def mode(self) -> Mode:
        return self._mode

    async def become(self, mode: Mode) -> None:
        """From now on; what is open is cut by `reset` and `refuse`, and waits in `blackhole` until that is over."""
        self._mode = mode
        if mode == "blackhole":
            self._may_pass.clear()
        else:
            self._may_pass.set()
        if mode in ("reset", "refuse"):
            self._cut_all()
        if mode == "refuse":
            await self._close_door()
        elif self._server is None:
            await self._open_door()

    async def _open_door(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, limit=PIECE_BYTES)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close_door(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _cut_all(self) -> None:
        for writer in list(self._open):
            _reset(writer)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self._open.add(writer)
        try:
            if self._mode == "reset":
                _reset(writer)
                return
            await self._may_pass.wait()
            other_reader, other = await self._connect()
            self._open.add(other)
            try:
                await self._carry_both(reader, writer, other_reader, other)
            finally:
                self._open.discard(other)
                other.close()
        except OSError:
            _reset(writer)
        finally:
            self._tasks.discard(task)
            self._open.discard(writer)
            writer.close()

    async def _carry_both(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        other_reader: asyncio.StreamReader,
        other: asyncio.StreamWriter,
    ) -> None:
        ways = [
            asyncio.create_task(self._carry(reader, other)),
            asyncio.create_task(self._carry(other_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE_BYTES):
                await self._may_pass.wait()
                await self._pass_on(piece, writer)

    async def _pass_on(self, piece: bytes, writer: asyncio.StreamWriter) -> None:
        if self._mode == "slices":
            for begin in range(0, len(piece), SLICE_BYTES):
                writer.write(piece[begin : begin + SLICE_BYTES])
                await writer.drain()
                await asyncio.sleep(0)
            return
        if self._mode == "latency":
            await asyncio.sleep(self.latency_s)
        elif self._mode == "rate":
            await asyncio.sleep(len(piece) / RATE_BYTES_PER_S)
        writer.write(piece)
        await writer.drain()

    async def close(self) -> None:
        self._may_pass.set()
        await self._close_door()
        self._cut_all()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _reset(writer: asyncio.StreamWriter) -> None:
    """End it by RST, not in order."""
    door = writer.get_extra_info("socket")
    with contextlib.suppress(OSError, AttributeError):
        door.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
    writer.transport.abort()


@dataclass(frozen=True)
class Proxies:
    """One before each other side."""

    database: FaultProxy
    smtp: FaultProxy
    webhook: FaultProxy


@asynccontextmanager
async def proxied(connect: Connect) -> AsyncIterator[FaultProxy]:
    proxy = FaultProxy(connect)
    await proxy.become("clean")
    try:
        yield proxy
    finally:
        await proxy.close()


def to_port(port: int) -> Connect:
    return lambda: asyncio.open_connection("127.0.0.1", port)


def to_socket(path: str) -> Connect:
    return lambda: asyncio.open_unix_connection(path)
