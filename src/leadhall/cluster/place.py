"""Which folder holds the data, and how it is laid out inside. Rules first, then the one file they write.

<data>/secret_key     the instance key (made by whoever needs it)
<data>/cluster-path   only in a demo whose cluster lies elsewhere: the path of its home
<home>/pg18/          the cluster; <home> is <data> itself unless cluster-path says otherwise
<home>/run/           the Unix socket, when the path is short enough
<home>/lock, turn     who uses the cluster, who is starting or stopping it
<home>/start.log      what PostgreSQL said before its own log began
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

DEMO = ".demo"
ROOT_DATA = Path("/var/lib/leadhall")
USER_DATA = Path(".local/share/leadhall")
DEMO_HOMES = Path("/var/lib/leadhall-demo")
POINTER = "cluster-path"
MOST_SOCKET_BYTES = 100  # the kernel takes 107
SOCKET = ".s.PGSQL.5432"
# unix_socket_directories is a comma-separated list in which quotes and a leading @ have meanings
_PLAIN_PATH = re.compile(r"/[\w./+~-]*", re.ASCII)


def data_folder(
    given: Path | None, cwd: Path, *, as_root: bool | None = None, home: Path | None = None
) -> tuple[Path, str]:
    """The data folder and why it is that one. `given` is LEADHALL_DATA; root and home default to this process's."""
    if given is not None:
        return cwd / given, "LEADHALL_DATA"
    if (cwd / DEMO).is_dir():
        return cwd / DEMO, f"./{DEMO} is here"
    if os.geteuid() == 0 if as_root is None else as_root:
        return ROOT_DATA, "the default for root"
    return (home or Path.home()) / USER_DATA, "the default for a user"


def demo_folder(given: Path | None, clone: Path) -> Path:
    """Where `make run` keeps its demo: LEADHALL_DATA, else `.demo` of the clone."""
    return clone / (given or DEMO)


def demo_home(folder: Path) -> Path:
    """Where root's demo keeps its cluster when PostgreSQL's user cannot reach `folder`: one home a path."""
    return DEMO_HOMES / short_hash(folder)


def short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


@dataclass(frozen=True)
class Place:
    """A data folder and the home of its cluster, which are one unless root's demo had to part them."""

    data: Path
    home: Path

    @classmethod
    def of(cls, data: Path) -> Place:
        """The place of a data folder, following its `cluster-path` when it has one."""
        data = data.absolute()
        pointer = data / POINTER
        home = Path(pointer.read_text(encoding="utf-8").strip()) if pointer.is_file() else data
        return cls(data, home)

    def cluster(self, major: int) -> Path:
        return self.home / f"pg{major}"

    def majors(self) -> dict[int, Path]:
        """The live clusters here by major version; half-made and kept ones have other names."""
        found = {}
        for folder in self.home.glob("pg*"):
            if re.fullmatch(r"pg\d+", folder.name):
                found[int(folder.name[2:])] = folder
        return found

    @property
    def lock(self) -> Path:
        return self.home / "lock"

    @property
    def turn(self) -> Path:
        return self.home / "turn"

    @property
    def start_log(self) -> Path:
        return self.home / "start.log"

    def run_folder(self, *, as_root: bool) -> Path:
        """A folder for the socket whose path fits into an address: in the home, else short and by hash."""
        near = self.home / "run"
        if _fits(near):
            return near
        short = Path("/run" if as_root and os.access("/run", os.W_OK) else "/tmp")  # noqa: S108 - made 0700, owner checked
        return short / f"leadhall-{short_hash(self.home)}"


def _fits(folder: Path) -> bool:
    path = str(folder / SOCKET)
    return len(path.encode()) <= MOST_SOCKET_BYTES and _PLAIN_PATH.fullmatch(path) is not None
