"""Keeps servers and workers up, as an init system would: one that dies is started again, a server on its port."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Mapping

from bench.ours import SERVE
from bench.processes import Server, beside, free_port

from proof.hall import Hall

AGAIN_AFTER_S = 0.1
LOOK_EVERY_S = 0.02
AT_WORK_AFTER_S = 2.0
WORKER = [beside("leadhall"), "worker"]


class Keeper:
    """`restarts` counts processes started again."""

    def __init__(self, our: Hall, servers: int, workers: int = 0, environment: Mapping[str, str] | None = None) -> None:
        self.ports = [free_port() for _ in range(servers)]
        self.restarts = 0
        self._hall = our
        self._environment = dict(environment or {})
        self._names = [f"server{n}" for n in range(servers)] + [f"worker{n}" for n in range(workers)]
        self._processes: dict[str, Server] = {}
        self._began: dict[str, float] = {}
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        for name in self._names:
            self._begin(name)
        for server in self.servers:
            await asyncio.to_thread(server.await_port)
        self._watch = asyncio.create_task(self._keep(), name="keeper")

    async def stop(self) -> None:
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await asyncio.gather(*(asyncio.to_thread(process.stop) for process in self._processes.values()))

    @property
    def servers(self) -> list[Server]:
        return [self._processes[name] for name in self._names if name.startswith("server")]

    def kill(self, kind: str, number: int) -> bool:
        """SIGKILL to a server that takes connections, or a worker that is at work. False when there is none to kill."""
        name = f"{kind}{number}"
        process = self._processes.get(name)
        if process is None or not (process.listens() if kind == "server" else self._works(name)):
            return False
        os.kill(process.pid, signal.SIGKILL)
        return True

    def _works(self, name: str) -> bool:
        return self._processes[name].lives() and time.monotonic() - self._began[name] > AT_WORK_AFTER_S

    def _begin(self, name: str) -> None:
        kind, number = name[:-1], int(name[-1])
        command = SERVE if kind == "server" else WORKER
        port = self.ports[number] if kind == "server" else None
        self._processes[name] = self._hall.server(name, port, command=command, environment=self._environment)
        self._began[name] = time.monotonic()

    async def _keep(self) -> None:
        while True:
            for name, process in list(self._processes.items()):
                if not process.lives():
                    await asyncio.sleep(AGAIN_AFTER_S)
                    self._begin(name)
                    self.restarts += 1
            await asyncio.sleep(LOOK_EVERY_S)
