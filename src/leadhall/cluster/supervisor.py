"""What `leadhall serve` holds: a cluster that is started again whenever it dies."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from leadhall.cluster.cluster import Tell, open_cluster, silent
from leadhall.cluster.dsn import Dsn
from leadhall.cluster.errors import ClusterFault
from leadhall.cluster.locks import turn
from leadhall.cluster.place import Place
from leadhall.cluster.running import Share

LOOK_EVERY_S = 0.5
MOST_PAUSE_S = 4.0
FIRST_PAUSE_S = 0.25
STEADY_AFTER_S = 30.0


class Supervisor:
    """Starts a cluster, watches it from a thread, and gives its share back at the end.

    `restarts` counts how often it had to be started again; `tell` hears of it (from the thread).
    """

    def __init__(
        self,
        place: Place,
        *,
        pg_bin: Path | None = None,
        pg_user: str | None = None,
        settings: Mapping[str, str] | None = None,
        tell: Tell = silent,
    ) -> None:
        self.restarts = 0
        self._cluster = open_cluster(place, pg_bin=pg_bin, pg_user=pg_user, settings=settings, tell=tell)
        self._share = Share(self._cluster)
        self._tell = tell
        self._ending = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="postgres-watcher", daemon=True)

    def start(self) -> Dsn:
        """Start or adopt the cluster and watch it from now on. ClusterFault when it cannot be had."""
        dsn = self._share.enter()
        self._watcher.start()
        return dsn

    def stop(self) -> None:
        """Stop watching, and stop the cluster unless somebody else still uses it. Safe to call twice."""
        self._ending.set()
        self._cluster.give_up()
        self._share.leave()
        if self._watcher.is_alive():
            self._watcher.join()

    def _watch(self) -> None:
        pause_s, ready_at = 0.0, time.monotonic()
        while not self._ending.is_set():
            if not self._cluster.wait_gone(LOOK_EVERY_S):
                continue
            if time.monotonic() - ready_at > STEADY_AFTER_S:
                pause_s = 0.0
            if self._ending.wait(pause_s):
                return
            pause_s = min(MOST_PAUSE_S, max(FIRST_PAUSE_S, pause_s * 2))
            self._start_again()
            ready_at = time.monotonic()

    def _start_again(self) -> None:
        """Within a turn, so that it cannot meet our own stop or another user's start."""
        with turn(self._cluster.place):
            if self._ending.is_set():
                return
            self._tell("PostgreSQL is gone: starting it again")
            try:
                self._cluster.start()
            except (ClusterFault, OSError) as fault:
                self._tell(f"PostgreSQL could not be started again: {fault}")
                return
            self.restarts += 1
