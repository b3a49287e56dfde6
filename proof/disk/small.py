"""A folder of a cluster on a file system of its own that is nearly full, or not, as we wish."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SPARE_BYTES = 96 * 1024 * 1024
"""Room for the log to go on when the ballast is gone: files of 16 MB."""
LEFT_BYTES = 64 * 1024
PIECE_BYTES = 64 * 1024


class CannotMount(Exception):
    """A file system of its own takes root, and the right to mount."""


class Small:
    """The file system; `fill` leaves next to nothing of it, `free` gives it back."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with self._ballast.open("wb", buffering=0) as file:
            while self.free_bytes() > LEFT_BYTES:
                file.write(bytes(min(PIECE_BYTES, self.free_bytes() - LEFT_BYTES)))

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def free_bytes(self) -> int:
        facts = os.statvfs(self._folder)
        return facts.f_bavail * facts.f_frsize


@contextmanager
def small(folder: Path) -> Iterator[Small]:
    """What lies in `folder`, whose PostgreSQL is stopped, moves to a tmpfs with little to spare."""
    aside = folder.with_name(f"{folder.name}.aside")
    used = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    owner = folder.stat()
    folder.rename(aside)
    folder.mkdir(mode=0o700)
    try:
        _mount(folder, used + SPARE_BYTES)
        try:
            shutil.copytree(aside, folder, dirs_exist_ok=True)
            for path in (folder, *folder.rglob("*")):
                os.chown(path, owner.st_uid, owner.st_gid)
            folder.chmod(0o700)
            yield Small(folder)
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=False)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _mount(folder: Path, size: int) -> None:
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotMount(done.stderr.strip())


def require_mounting(folder: Path) -> None:
    """CannotMount where we may not."""
    if os.geteuid() != 0:
        raise CannotMount("only root can mount")
    trial = folder / "trial"
    trial.mkdir()
    _mount(trial, 1024 * 1024)
    subprocess.run(["umount", str(trial)], check=True)
