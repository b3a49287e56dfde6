"""The operating-system user that PostgreSQL runs as: ourselves, or another one when we are root.

PostgreSQL refuses root, so as root every program of it is started with uid, gid and groups
of another user: the owner of a cluster that exists, else LEADHALL_PG_USER, else `postgres`,
else `nobody`.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from leadhall.cluster.errors import ClusterFault

CUSTOMARY = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user. `other` says that it is not ourselves, so that programs must be started as it."""

    name: str
    uid: int
    gid: int
    other: bool

    def popen_arguments(self) -> dict[str, Any]:
        """What subprocess needs to become this user: uid, gid and no supplementary groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.other else {}

    def own(self, path: Path | int) -> None:
        """Hand a file or folder that we just made to this user."""
        if self.other:
            os.chown(path, self.uid, self.gid)

    def run(
        self, arguments: Sequence[str | Path], *, stdin: str | None = None, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a short program as this user, in `/`, with a clean environment. CalledProcessError when it fails."""
        return subprocess.run(
            [str(part) for part in arguments],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            cwd="/",
            env=environment(),
            check=check,
            **self.popen_arguments(),
        )

    def spawn(
        self, arguments: Sequence[str | Path], *, log: IO[bytes], more: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a long-lived program in a session of its own: Ctrl-C in our terminal is not for it."""
        return subprocess.Popen(
            [str(part) for part in arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=environment() | dict(more or {}),
            start_new_session=True,
            umask=0o077,
            **self.popen_arguments(),
        )


def environment() -> dict[str, str]:
    """Nothing of the caller's environment (PGOPTIONS, locale, secrets) reaches PostgreSQL."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}


def account_for(wanted: str | None, clusters: Sequence[Path] = ()) -> Account:
    """The user for these clusters (those that exist). Only root may choose `wanted`; others are themselves."""
    if os.geteuid() != 0:
        return _ourselves()
    owners = {folder.stat().st_uid: folder for folder in clusters if folder.exists()}
    if not owners:
        return _named(wanted) if wanted else _customary()
    uid, folder = next(iter(owners.items()))
    owner = _numbered(uid)
    if wanted and wanted != owner.name:
        raise ClusterFault(
            f"{folder} belongs to {owner.name}, but LEADHALL_PG_USER is {wanted}",
            remedy=f"chown -R {wanted} {folder}   (while it is stopped), or unset LEADHALL_PG_USER",
        )
    return owner


def _ourselves() -> Account:
    uid = os.geteuid()
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise ClusterFault(
            f"user id {uid} has no name, and PostgreSQL cannot run without one",
            remedy=f"echo 'leadhall:x:{uid}:{os.getegid()}::/:/bin/sh' >> /etc/passwd   (or set DATABASE_URL)",
        ) from None
    return Account(entry.pw_name, uid, os.getegid(), other=False)


def _customary() -> Account:
    for name in CUSTOMARY:
        try:
            return _of(pwd.getpwnam(name))
        except KeyError:
            continue
    raise ClusterFault(
        "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody",
        remedy="useradd --system postgres",
    )


def _named(name: str) -> Account:
    try:
        return _of(pwd.getpwnam(name))
    except KeyError:
        raise ClusterFault(f"LEADHALL_PG_USER: there is no user {name}", remedy=f"useradd --system {name}") from None


def _numbered(uid: int) -> Account:
    try:
        return _of(pwd.getpwuid(uid))
    except KeyError:
        raise ClusterFault(f"the cluster belongs to user id {uid}, which has no name here") from None


def _of(entry: pwd.struct_passwd) -> Account:
    if entry.pw_uid == 0:
        raise ClusterFault(
            "PostgreSQL refuses to run as root",
            remedy="set LEADHALL_PG_USER to another user (a cluster that belongs to root: chown -R it first)",
        )
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, other=True)
