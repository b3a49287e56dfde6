"""This machine: Python, the disk, and who may read the data folder."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from leadhall.cli.doctor.finding import Finding, fine, judged
from leadhall.cluster.place import Place

LEAST_PYTHON = (3, 11)
LEAST_FREE_PERCENT = 10


def look_at_machine(place: Place) -> Iterator[Finding]:
    yield python_version()
    for folder in dict.fromkeys((place.data, place.home)):
        if folder.is_dir():
            yield disk_free(folder)
            yield folder_mode(folder)
    for name in ("secret_key", "demo.json"):
        if (place.data / name).is_file():
            yield secret_mode(place.data / name)


def python_version() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return judged("python", found, good=sys.version_info >= LEAST_PYTHON, remedy="install Python 3.11 or newer")


def disk_free(folder: Path) -> Finding:
    usage = shutil.disk_usage(folder)
    percent = 100 * usage.free / usage.total
    return judged(
        "disk free",
        f"{percent:.0f} % ({usage.free / 2**30:.1f} GiB) of the disk of {folder}",
        good=percent >= LEAST_FREE_PERCENT,
        remedy="free space or enlarge the disk: a full disk stops intake (503)",
    )


def folder_mode(folder: Path) -> Finding:
    mode = stat.S_IMODE(folder.stat().st_mode)
    listed = mode & (stat.S_IWGRP | stat.S_IRWXO & ~stat.S_IXOTH)
    return judged("data folder", f"{folder} has mode {mode:04o}", good=not listed, remedy=f"chmod g-w,o-rw {folder}")


def secret_mode(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding(path.name, "wrong", f"{path} has mode {mode:04o}: others can read it", f"chmod 600 {path}")
    return fine(path.name, f"{path} has mode {mode:04o}")
