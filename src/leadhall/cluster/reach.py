"""Can the user that PostgreSQL runs as get at a folder? Asked by trying, as that user.

We never change the mode of a folder we did not make: an unreachable one is refused with the
command that mends it, and unreachable programs (a virtual environment under /root) are
copied beside the data once.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

from leadhall.cluster.account import Account
from leadhall.cluster.binaries import WHEEL, Binaries
from leadhall.cluster.errors import NoBinaries, Unreachable
from leadhall.cluster.place import POINTER, Place, demo_home, short_hash

HOME_MODE = 0o711  # another user passes through to its own folders; it cannot list
OWN_HOME_MODE = 0o700
PARENT_MODE = 0o755
NOT_COPIED = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs", "__pycache__", "*.py")


def make_home(place: Place, account: Account) -> None:
    """Make the data folder and the cluster's home where missing. Unreachable when one cannot be used."""
    for folder in {place.data, place.home}:
        try:
            _make_folders(folder, HOME_MODE if account.other else OWN_HOME_MODE)
        except OSError as fault:
            raise Unreachable(f"{folder} cannot be made: {fault.strerror}", remedy=_install(folder)) from None
    require_reach(place.home, account)


def _make_folders(folder: Path, mode: int) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent, PARENT_MODE)
    folder.mkdir()
    folder.chmod(mode)  # whatever the umask: it is ours and new


def _install(folder: Path) -> str:
    return f"sudo install -d -o {shlex.quote(str(os.geteuid()))} {shlex.quote(str(folder))}   (or set LEADHALL_DATA)"


def require_reach(home: Path, account: Account) -> None:
    """Unreachable, with the mending command, unless the user can pass into `home`."""
    if not account.other:
        if not os.access(home, os.W_OK | os.X_OK):
            owner = home.stat().st_uid
            raise Unreachable(
                f"{account.name} cannot write in {home}",
                remedy=f"run this as its owner (sudo -u '#{owner}' …), or set LEADHALL_DATA to a folder of yours",
            )
    elif not can_pass(home, account):
        raise Unreachable(
            f"PostgreSQL runs as {account.name}, who cannot reach {home}", remedy=_opening_command(home, account)
        )


def can_pass(folder: Path, account: Account) -> bool:
    """Whether the user may enter a folder, or would get to the nearest parent that exists."""
    while not folder.exists():
        folder = folder.parent
    return account.run(["/bin/sh", "-c", 'cd "$1"', "sh", folder.resolve()], check=False).returncode == 0


def _opening_command(home: Path, account: Account) -> str:
    """Give the missing right to pass, to exactly the folders on the way that lack it."""
    folders = [folder for folder in [home.resolve(), *home.resolve().parents] if _closed(folder, account)]
    quoted = " ".join(shlex.quote(str(folder)) for folder in reversed(folders or [home]))
    return f"chmod o+x {quoted}   (or set LEADHALL_DATA to a folder elsewhere)"


def _closed(folder: Path, account: Account) -> bool:
    facts = folder.stat()
    if facts.st_uid == account.uid:
        return not facts.st_mode & stat.S_IXUSR
    if facts.st_gid == account.gid:
        return not facts.st_mode & stat.S_IXGRP
    return not facts.st_mode & stat.S_IXOTH


def settle_demo(folder: Path, account: Account) -> Place:
    """The place of a demo: its cluster moves to /var/lib when the user cannot reach it in `folder`."""
    place = Place.of(folder)
    if place.home != place.data or not account.other or can_pass(folder, account):
        return place
    _make_folders(folder, OWN_HOME_MODE)
    home = demo_home(folder)
    (folder / POINTER).write_text(f"{home}\n", encoding="utf-8")
    return Place.of(folder)


def reachable(binaries: Binaries, account: Account, home: Path) -> Binaries:
    """The programs themselves when the user can run them, else our copy of them in `home`, made once."""
    if not account.other or _runs(binaries.folder, account):
        return binaries
    copy = home / f"pgbin-{binaries.version}-{_mark(binaries.folder)}"
    if not copy.is_dir():
        _copy(binaries.folder, copy)
    ours = replace(binaries, folder=copy / _below(binaries.folder))
    if not _runs(ours.folder, account):
        raise NoBinaries(
            f"{account.name} can run PostgreSQL neither from {binaries.folder} nor from its copy {copy}",
            remedy=f"mount | grep noexec   (is {home} there?), or set LEADHALL_PG_BIN",
        )
    return ours


def _runs(folder: Path, account: Account) -> bool:
    """Whether the user can start the programs and read the files that initdb reads."""
    share = folder.parent / "share" / "postgres.bki"
    readable: list[str | Path] = ["/bin/sh", "-c", 'test ! -e "$1" || test -r "$1"', "sh", share]
    commands: list[list[str | Path]] = [
        [folder / "postgres", "--version"],
        [folder / "initdb", "--version"],
        readable,
    ]
    try:
        return all(account.run(command, check=False).returncode == 0 for command in commands)
    except (OSError, subprocess.SubprocessError):
        return False


def _mark(folder: Path) -> str:
    """Tells this installation from the next one, which may have the same version."""
    facts = (folder / "postgres").stat()
    return short_hash(Path(f"{folder}/{facts.st_size}/{facts.st_mtime_ns}"))[:8]


def _below(folder: Path) -> Path:
    """The programs' folder inside a copy; the wheel's libraries lie beside its package (RUNPATH $ORIGIN/../../..)."""
    return Path(WHEEL, "pginstall", "bin") if _is_wheel(folder) else Path("bin")


def _is_wheel(folder: Path) -> bool:
    return folder.parts[-3:] == (WHEEL, "pginstall", "bin")


def _copy(folder: Path, target: Path) -> None:
    """Copy all that belongs to `folder`, readable for all, under a temporary name until it is whole."""
    half = target.with_name(target.name + ".new")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    if _is_wheel(folder):
        packages = folder.parents[2]
        shutil.copytree(packages / WHEEL, half / WHEEL, ignore=NOT_COPIED, symlinks=True)
        shutil.copytree(packages / f"{WHEEL}.libs", half / f"{WHEEL}.libs", symlinks=True)
    else:
        for part in ("bin", "lib", "share"):
            shutil.copytree(folder.parent / part, half / part, ignore=NOT_COPIED, symlinks=True)
    _open_for_all(half)
    half.rename(target)


def _open_for_all(top: Path) -> None:
    for parent, _, files in os.walk(top):
        os.chmod(parent, 0o755)  # noqa: PTH101, S103 - programs, not data; os.walk gives strings
        for name in files:
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o444 | (path.stat().st_mode & 0o100 and 0o111))


def forget_old_copies(binaries: Binaries, home: Path) -> None:
    """Remove copies of earlier versions. Only while no cluster of this home runs: it loads libraries late."""
    for copy in home.glob("pgbin-*"):
        if copy not in binaries.folder.parents:
            shutil.rmtree(copy, ignore_errors=True)
