"""Making a cluster: initdb and our roles, under another name until it is whole.

A crash in the middle leaves a `pg18.new-…`, which the next start throws away; `pg18` exists only
when the roles and the database are in it. Each try has a name of its own, because the initdb of
a killed one may go on writing for a while.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from leadhall.cluster.account import Account
from leadhall.cluster.binaries import Binaries
from leadhall.cluster.configuration import include_settings, write_configuration
from leadhall.cluster.dsn import ADMIN
from leadhall.cluster.errors import ClusterFault
from leadhall.core.sql import text_of

BUILTIN_LOCALE_SINCE = 17


def make_cluster(target: Path, binaries: Binaries, account: Account, *, sync: bool = True) -> None:
    """Make a cluster with our roles and database at `target`. `sync` is False for throw-away ones only."""
    for left in target.parent.glob(f"{target.name}.new-*"):
        shutil.rmtree(left, ignore_errors=True)
    half = target.with_name(f"{target.name}.new-{secrets.token_hex(4)}")
    half.mkdir(mode=0o700)
    account.own(half)
    try:
        _initdb(half, binaries, account, sync=sync)
        write_configuration(half, binaries.major, account)
        include_settings(half, account)
        _make_roles(half, binaries, account)
    except subprocess.CalledProcessError as fault:
        raise ClusterFault(f"a new cluster could not be made in {half}:\n{fault.stderr.strip()}") from None
    half.rename(target)
    _sync_folder(target.parent)


def _initdb(folder: Path, binaries: Binaries, account: Account, *, sync: bool) -> None:
    common: list[str | Path] = [
        *(binaries.tool("initdb"), "-D", folder, "--username", ADMIN, "--encoding", "UTF8", "--data-checksums"),
        *("--auth-local", "peer", "--auth-host", "reject"),
        *([] if sync else ["--no-sync"]),
    ]
    if binaries.major >= BUILTIN_LOCALE_SINCE:
        account.run([*common, "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"])
    elif account.run([*common, "--locale", "C.UTF-8"], check=False).returncode != 0:  # a C library without it
        account.run([*common, "--locale", "C"])


def _make_roles(folder: Path, binaries: Binaries, account: Account) -> None:
    """Without a server: nobody can connect before the roles and rules are in place."""
    single: list[str | Path] = [
        *(binaries.tool("postgres"), "--single", "-j", "-D", folder),
        *("-c", "exit_on_error=on", "-c", "logging_collector=off", "-c", "log_min_messages=warning"),
    ]
    account.run([*single, "postgres"], stdin=text_of("leadhall.cluster", "roles.sql"))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
