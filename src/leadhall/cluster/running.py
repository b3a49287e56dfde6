"""Several users of one cluster: whoever comes first starts it, whoever leaves last stops it.

A user that was killed leaves a running cluster behind; the next one adopts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from leadhall.cluster.cluster import Cluster, Tell, open_cluster, silent
from leadhall.cluster.dsn import Dsn
from leadhall.cluster.locks import Hold, turn
from leadhall.cluster.place import Place


class Share:
    """One user's share in a cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._hold: Hold | None = None

    def enter(self) -> Dsn:
        """Use the running cluster, or start it. Waits while another user starts or stops it.

        When that fails or is interrupted, no process is left unless others use it.
        """
        with turn(self.cluster.place):
            hold = Hold(self.cluster.place)
            try:
                dsn = self.cluster.start()
            except BaseException:  # also Ctrl-C while it starts: nothing of it may stay
                self._stop_if_last(hold)
                raise
            self._hold = hold
            return dsn

    def leave(self) -> None:
        """Give the share back; the last user stops the cluster."""
        if self._hold is None:
            return
        with turn(self.cluster.place):
            hold, self._hold = self._hold, None
            self._stop_if_last(hold)

    def _stop_if_last(self, hold: Hold) -> None:
        try:
            if hold.is_last():
                self.cluster.stop()
        finally:
            hold.release()


@contextmanager
def running(
    place: Place,
    *,
    pg_bin: Path | None = None,
    pg_user: str | None = None,
    settings: Mapping[str, str] | None = None,
    tell: Tell = silent,
) -> Iterator[Dsn]:
    """The cluster of a data folder for as long as a command needs it: another's, or started for it."""
    share = Share(open_cluster(place, pg_bin=pg_bin, pg_user=pg_user, settings=settings, tell=tell))
    dsn = share.enter()
    try:
        yield dsn
    finally:
        share.leave()
