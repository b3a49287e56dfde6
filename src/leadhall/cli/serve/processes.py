"""One server process, which is this one, or several that share the port and are started again when they die."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

import structlog

from leadhall.app import Application
from leadhall.cli.faults import CliFault
from leadhall.cli.serve.database import prepared, settings_for
from leadhall.cli.serve.waiting import Waiting
from leadhall.core.db import Database
from leadhall.core.logs import configure_logs
from leadhall.core.secrets import instance_key
from leadhall.settings import Settings
from leadhall.web.metrics import Metrics
from leadhall.web.server import IN_FLIGHT_WITHIN_S, Served, run
from leadhall.web.shared_metrics import SharedMetrics

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.5
AGAIN_AFTER_S = 1.0
CLOSE_WITHIN_S = 2.0
DATA_MODE = 0o700


@dataclass(frozen=True)
class _Wanted:
    """What each process serves, and from what. `awaited`: the database is away, and to be prepared when it comes."""

    settings: Settings
    database: Database
    data: Path
    awaited: bool
    migrate_it: bool
    number: int | None = None
    """Of several processes; None for one alone."""

    def metrics(self) -> Metrics:
        return Metrics() if self.number is None else SharedMetrics(self.data / "metrics", self.number)

    def application(self) -> Served:
        key = instance_key(self.settings.secret_key, self.data)
        if not self.awaited:
            return Application(self.settings, self.database, key, metrics=self.metrics())

        async def arrive() -> Application:
            hosted = await prepared(self.database, self.settings, migrate_it=self.migrate_it)
            return Application(settings_for(hosted, self.settings), hosted.database, key, metrics=self.metrics())

        return Waiting(arrive)


def run_server(
    settings: Settings,
    database: Database,
    data: Path,
    *,
    listening: Callable[[], None] | None = None,
    awaited: bool = False,
    migrate_it: bool = True,
) -> None:
    """Serve until a signal. CliFault when the port is taken. `listening` is called once a process takes requests.

    `awaited`: the database is away; it is prepared when it comes, and 503 is the answer until then.
    """
    require_port(settings.host, settings.port)
    make_data_folder(data)
    wanted = _Wanted(settings, database, data, awaited, migrate_it)
    if settings.workers <= 1:
        _serve(wanted, listening)
    else:
        _serve_many(wanted, listening)


def require_port(host: str, port: int) -> None:
    """Our processes share a port on purpose, so another server on it would go unnoticed: ask before."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as fault:
            raise CliFault(
                f"cannot listen on {host}:{port}: {fault.strerror}", remedy="stop what uses it, or set PORT to another"
            ) from None


def make_data_folder(data: Path) -> None:
    """The instance key lies there, also beside a database of one's own."""
    data.mkdir(mode=DATA_MODE, parents=True, exist_ok=True)


def _serve(wanted: _Wanted, listening: Callable[[], None] | None) -> None:
    settings = wanted.settings

    def told() -> None:
        log.info("serving", at=f"{settings.host}:{settings.port}", pid=os.getpid())
        if listening:
            listening()

    run(wanted.application(), host=settings.host, port=settings.port, listening=told)


def _serve_many(wanted: _Wanted, listening: Callable[[], None] | None) -> None:
    instance_key(wanted.settings.secret_key, wanted.data)  # made once, before anybody races for it
    context = multiprocessing.get_context("spawn")

    def start(number: int) -> SpawnProcess:
        process = context.Process(target=_worker, args=(replace(wanted, number=number),), name="leadhall-server")
        process.start()
        return process

    processes = [start(number) for number in range(wanted.settings.workers)]
    try:
        if listening:
            listening()
        while True:
            wait([process.sentinel for process in processes], timeout=LOOK_EVERY_S)
            for place, process in enumerate(processes):
                if not process.is_alive():
                    log.error("a server process died", pid=process.pid, code=process.exitcode)
                    time.sleep(AGAIN_AFTER_S)
                    processes[place] = start(place)
    finally:
        _stop(processes)


def _stop(processes: list[SpawnProcess]) -> None:
    """Each has its ten seconds for what is in flight; all at once."""
    for process in processes:
        process.terminate()
    until = time.monotonic() + IN_FLIGHT_WITHIN_S + CLOSE_WITHIN_S
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            log.error("a server process does not end", pid=process.pid)
            process.kill()
            process.join()


def _worker(wanted: _Wanted) -> None:
    """One of several. It ends when its parent is gone, however that died; Ctrl-C is the parent's to pass on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure_logs(wanted.settings.log_level, as_json=wanted.settings.log_json)
    threading.Thread(target=_end_with_parent, name="parent-watcher", daemon=True).start()
    with suppress(KeyboardInterrupt):
        _serve(wanted, None)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
