"""One cluster: made when missing, started or adopted, stopped. Callers hold the turn (see `running`)."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from leadhall.cluster.account import Account, account_for
from leadhall.cluster.binaries import Binaries, locate
from leadhall.cluster.birth import make_cluster
from leadhall.cluster.configuration import write_configuration
from leadhall.cluster.dsn import Dsn
from leadhall.cluster.errors import ClusterFault, InUse, OtherMajor, Unreachable, WontStart
from leadhall.cluster.locks import open_in_home, turn
from leadhall.cluster.place import SOCKET, Place
from leadhall.cluster.processes import (
    LOOK_EVERY_S,
    READY,
    STOPPING,
    PidFile,
    end_all,
    is_alive,
    living_in,
    postmaster_of,
    send,
    wait_gone,
)
from leadhall.cluster.reach import forget_old_copies, make_home, reachable

# Together below the 15 s in which everything must have ended.
FAST_STOP_WITHIN_S = 5.0
IMMEDIATE_STOP_WITHIN_S = 3.0
ORPHANS_END_WITHIN_S = 3.0
TELL_AFTER_S = 3.0
LOG_LINES_SHOWN = 12

Tell = Callable[[str], None]

# Postmasters that this process started. They may outlive the object that started them, and be
# stopped by another: kept so that each is reaped in the end.
_children: set[subprocess.Popen[bytes]] = set()


def silent(_message: str) -> None:
    """For callers that want no words."""


class Cluster:
    """The cluster in one folder, by the programs of one version, as one user."""

    def __init__(
        self,
        place: Place,
        binaries: Binaries,
        account: Account,
        *,
        folder: Path | None = None,
        settings: Mapping[str, str] | None = None,
        tell: Tell = silent,
    ) -> None:
        self.place = place
        self.binaries = binaries
        self.account = account
        self.folder = folder or place.cluster(binaries.major)
        self._settings = dict(settings or {})
        self._tell = tell
        self._given_up = threading.Event()

    @property
    def exists(self) -> bool:
        return (self.folder / "PG_VERSION").is_file()

    def start(self) -> Dsn:
        """A cluster that accepts connections: the one that runs already, else started, else made first.

        Waits for crash recovery as long as PostgreSQL lives. WontStart with its own words when it does not.
        """
        running = self._running()
        if running is None:
            self._clear_orphans()
            if not self.exists:
                self._tell(f"making a new PostgreSQL {self.binaries.version} cluster in {self.folder}")
                make_cluster(self.folder, self.binaries, self.account, sync=self._settings.get("fsync") != "off")
            running = self._launch()
        self._await_ready(running)
        told = postmaster_of(self.folder)
        if told is None:
            raise WontStart(f"PostgreSQL in {self.folder} ended as soon as it was ready:\n{self.last_words()}")
        return Dsn(host=told.socket_folder)

    def stop(self, fast_within_s: float = FAST_STOP_WITHIN_S) -> None:
        """End the cluster whoever started it: in order, then at once, then by force. Leaves no process."""
        told = postmaster_of(self.folder)
        if told is not None:
            send(told.pid, signal.SIGINT)
            if not wait_gone(told.pid, fast_within_s):
                self._tell("PostgreSQL does not end in time: it stops at once and will recover at its next start")
                send(told.pid, signal.SIGQUIT)
                wait_gone(told.pid, IMMEDIATE_STOP_WITHIN_S)
        if not end_all(self.folder, signal.SIGKILL, ORPHANS_END_WITHIN_S):
            raise ClusterFault(f"processes of {self.folder} cannot be ended: {living_in(self.folder)}")
        _reap()
        self._forget_run_folder()

    def give_up(self) -> None:
        """Make a start that waits in another thread end with a ClusterFault: it is not wanted any more."""
        self._given_up.set()

    def wait_gone(self, timeout_s: float) -> bool:
        """Wait for the postmaster's end. False when it still runs after `timeout_s`."""
        told = postmaster_of(self.folder)
        return told is None or wait_gone(told.pid, timeout_s)

    def last_words(self) -> str:
        """The end of what PostgreSQL wrote, newest file first."""
        logs = [self.place.start_log, *(self.folder / "log").glob("*.log")]
        written = [path for path in logs if path.is_file() and path.stat().st_size]
        newest = sorted(written, key=lambda path: path.stat().st_mtime)[-2:]
        lines = [line for path in newest for line in _tail(path)]
        return "\n".join(lines) or "(nothing was logged)"

    def _running(self) -> int | None:
        """The pid of a postmaster to use. One that is just ending is waited for, and ended when it does not end.

        Whoever told it to end may have been killed since: it is our turn, so nobody else will see to it.
        """
        told = postmaster_of(self.folder)
        if told is not None and told.status == STOPPING:
            if not wait_gone(told.pid, FAST_STOP_WITHIN_S):
                self.stop(fast_within_s=0.0)
            told = postmaster_of(self.folder)
        if told is not None:
            return told.pid
        if self.exists and self._answers():
            raise InUse(
                f"a PostgreSQL that is not ours to see (in another container?) serves {self.folder}",
                remedy="stop it there first",
            )
        return None

    def _answers(self) -> bool:
        """Whether somebody listens on the socket although no process of this folder can be seen."""
        path = self.place.run_folder(as_root=self.account.other) / SOCKET
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(1.0)
            try:
                door.connect(str(path))
            except OSError:
                return False
        return True

    def _clear_orphans(self) -> None:
        """Backends outlive a killed postmaster and hold its memory: they must be gone before the next."""
        _reap()
        if not living_in(self.folder):
            return
        self._tell("waiting for the processes of a killed PostgreSQL to end")
        if not end_all(self.folder, signal.SIGQUIT, ORPHANS_END_WITHIN_S):
            end_all(self.folder, signal.SIGKILL, ORPHANS_END_WITHIN_S)

    def _launch(self) -> int:
        write_configuration(self.folder, self.binaries.major, self.account)
        given = [part for name, value in self._settings.items() for part in ("-c", f"{name}={value}")]
        with os.fdopen(open_in_home(self.place.start_log), "wb") as log:
            log.truncate()
            child = self.account.spawn(
                [
                    *(self.binaries.tool("postgres"), "-D", self.folder),
                    *("-c", f"unix_socket_directories={self._make_run_folder()}", *given),
                ],
                log=log,
                more=self._stale_pid(),
            )
        _children.add(child)
        return child.pid

    def _stale_pid(self) -> dict[str, str]:
        """Say that the pid in a stale file is surely not PostgreSQL, by the variable made for pg_ctl.

        It may be another program's by now, or a zombie's, which PostgreSQL would take for a postmaster.
        """
        told = PidFile.read(self.folder)
        return {"PG_GRANDPARENT_PID": str(told.pid)} if told else {}

    def _make_run_folder(self) -> Path:
        """The socket's folder, 0700 and PostgreSQL's own. Somebody else's folder of that name is refused."""
        folder = self.place.run_folder(as_root=self.account.other)
        try:
            folder.mkdir(mode=0o700)
            self.account.own(folder)
        except FileExistsError:
            facts = folder.lstat()
            if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != self.account.uid:
                raise Unreachable(
                    f"{folder} is not a folder of {self.account.name}", remedy=f"rm -r {folder}"
                ) from None
        return folder

    def _forget_run_folder(self) -> None:
        folder = self.place.run_folder(as_root=self.account.other)
        if folder.parent == self.place.home:
            return
        try:
            folder.rmdir()
        except OSError:
            return  # not there, or not empty: then it is not only ours

    def _await_ready(self, pid: int) -> None:
        began, told_at = time.monotonic(), 0.0
        while not self._is_ready(pid):
            if not is_alive(pid):
                _reap()
                raise WontStart(f"PostgreSQL did not start in {self.folder}:\n{self.last_words()}")
            if self._given_up.is_set():
                raise ClusterFault("PostgreSQL was stopped before it was ready")
            waited = time.monotonic() - began
            if waited - told_at > TELL_AFTER_S:
                told_at = waited
                self._tell(f"PostgreSQL is getting ready (recovery after a crash takes a while): {waited:.0f} s")
            wait_gone(pid, LOOK_EVERY_S)

    def _is_ready(self, pid: int) -> bool:
        told = PidFile.read(self.folder)
        return told is not None and told.pid == pid and told.status == READY


def _reap() -> None:
    """Take leave of children that have ended, so that no zombie stays."""
    for child in list(_children):
        if child.poll() is not None:
            _children.discard(child)


def open_cluster(
    place: Place,
    *,
    pg_bin: Path | None = None,
    pg_user: str | None = None,
    settings: Mapping[str, str] | None = None,
    tell: Tell = silent,
) -> Cluster:
    """The cluster of a data folder, not yet started: programs, user and folders settled.

    OtherMajor when the data was made by another version; Unreachable and NoBinaries as they say.
    """
    binaries = locate(pg_bin)
    _require_major(place, binaries)
    account = account_for(pg_user, list(place.majors().values()))
    make_home(place, account)
    with turn(place):  # programs are copied once
        cluster = Cluster(place, reachable(binaries, account, place.home), account, settings=settings, tell=tell)
        if not living_in(cluster.folder):
            forget_old_copies(cluster.binaries, place.home)
    return cluster


def _require_major(place: Place, binaries: Binaries) -> None:
    """The data's version decides: PostgreSQL reads no other's files."""
    made_by = sorted(place.majors())
    if not made_by or binaries.major in made_by:
        return
    if made_by[-1] < binaries.major:
        raise OtherMajor(
            f"{place.home} was made by PostgreSQL {made_by[-1]}; this is {binaries.version}",
            remedy="leadhall database upgrade",
        )
    raise OtherMajor(
        f"{place.home} was made by PostgreSQL {made_by[-1]}; this is {binaries.version}, which is older",
        remedy=f"install PostgreSQL {made_by[-1]} and set LEADHALL_PG_BIN to its bin folder",
    )


def _tail(path: Path) -> list[str]:
    with path.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - 8192))
        return file.read().decode("utf-8", "replace").splitlines()[-LOG_LINES_SHOWN:]
