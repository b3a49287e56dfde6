"""Keeps the servers up, as an init system would: one that dies is started again on its port."""

from __future__ import annotations

import asyncio
import os
import signal

from bench.processes import Server, free_port

from proof.hall import Hall

AGAIN_AFTER_S = 0.1
LOOK_EVERY_S = 0.02


class Keeper:
    """`restarts` counts servers started again."""

    def __init__(self, our: Hall, count: int) -> None:
        self.ports = [free_port() for _ in range(count)]
        self.restarts = 0
        self._hall = our
        self._servers: list[Server] = []
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._servers = [self._hall.server(f"server{n}", port) for n, port in enumerate(self.ports)]
        for server in self._servers:
            await asyncio.to_thread(server.await_port)
        self._watch = asyncio.create_task(self._keep(), name="keeper")

    async def stop(self) -> None:
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await asyncio.gather(*(asyncio.to_thread(server.stop) for server in self._servers))

    def kill(self, number: int) -> bool:
        """SIGKILL to one that takes connections. False when there is none to kill."""
        server = self._servers[number]
        if not server.listens():
            return False
        os.kill(server.pid, signal.SIGKILL)
        return True

    async def _keep(self) -> None:
        while True:
            for n, server in enumerate(self._servers):
                if not server.lives():
                    await asyncio.sleep(AGAIN_AFTER_S)
                    self._servers[n] = self._hall.server(f"server{n}", self.ports[n])
                    self.restarts += 1
            await asyncio.sleep(LOOK_EVERY_S)
