"""The files that tell PostgreSQL how to run and whom to let in. Written anew at every start."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from leadhall.cluster.account import Account
from leadhall.cluster.dsn import ADMIN, LOGIN
from leadhall.core.sql import text_of

SETTINGS = "leadhall.conf"
LOCAL = "local.conf"
INCLUDES = f"\n# Leadhall's settings, then yours.\ninclude = '{SETTINGS}'\ninclude_if_exists = '{LOCAL}'\n"
IO_METHOD_SINCE = 18
# Version 18 would keep three processes for reading ahead, which a small cluster never needs.
IO_METHOD = "\nio_method = sync\n"

HBA = f"""\
# Written by Leadhall at every start. Only through the socket, only who pg_ident.conf names; nobody is trusted.
local all         {ADMIN},{LOGIN} peer map=leadhall
local replication {ADMIN} peer map=leadhall
"""


def write_configuration(cluster: Path, major: int, account: Account) -> None:
    """Write settings, who may come in, and which system user may be which role."""
    settings = text_of("leadhall.cluster", SETTINGS) + (IO_METHOD if major >= IO_METHOD_SINCE else "")
    _replace(cluster / SETTINGS, settings, account)
    _replace(cluster / "pg_hba.conf", HBA, account)
    _replace(cluster / "pg_ident.conf", _ident(account), account)


def include_settings(cluster: Path, account: Account) -> None:
    """Let initdb's postgresql.conf read our settings. Done once, when the cluster is made."""
    path = cluster / "postgresql.conf"
    _replace(path, path.read_text(encoding="utf-8") + INCLUDES, account)


def _ident(account: Account) -> str:
    """PostgreSQL's own user and root, who can become it anyway; no one else may log in."""
    users = sorted({account.name, pwd.getpwuid(0).pw_name})
    lines = [f'leadhall "{user}" {role}\n' for user in users for role in (ADMIN, LOGIN)]
    return "# Written by Leadhall at every start: system user, database role.\n" + "".join(lines)


def _replace(path: Path, text: str, account: Account) -> None:
    """Write beside and rename: a link planted by the folder's owner is replaced, never followed."""
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        account.own(descriptor)
        file.write(text)
    half.rename(path)
