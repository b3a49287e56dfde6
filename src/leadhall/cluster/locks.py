"""Who uses a cluster and who is changing its state. The kernel frees both locks when a holder dies.

`lock` is held shared by every user for as long as it uses the cluster; `turn` is held alone
while one of them makes, starts, stops or upgrades it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadhall.cluster.errors import InUse
from leadhall.cluster.place import Place


class Hold:
    """One user's shared hold on a cluster."""

    def __init__(self, place: Place) -> None:
        self._file = open_in_home(place.lock)
        fcntl.flock(self._file, fcntl.LOCK_SH)  # at once: alone it is held only within a turn

    def is_last(self) -> bool:
        """Whether nobody else holds it. Ask within a turn; afterwards this hold is fit for nothing but release."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        os.close(self._file)


@contextmanager
def turn(place: Place) -> Iterator[None]:
    """Be the only one who changes the cluster's state. Waits for whoever does."""
    file = open_in_home(place.turn)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """A turn in which nobody uses the cluster. InUse when somebody does."""
    with turn(place):
        hold = Hold(place)
        try:
            if not hold.is_last():
                raise InUse(f"the database in {place.home} is in use", remedy="stop leadhall serve first")
            yield
        finally:
            hold.release()


def open_in_home(path: Path) -> int:
    """Open or make a file of the home for us and the home's owner alone; a link is never followed."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.fchown(file, owner.st_uid, owner.st_gid)
    return file
