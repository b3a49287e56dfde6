"""Runs pg_dump, pg_restore and psql against a URI without showing its password to `ps`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from leadhall.cluster.dsn import without_password
from leadhall.cluster.errors import BackupFault

# Programs of 17 and newer write this into a script's head; servers before 17 do not know the setting.
NEWER_SETTING = b"SET transaction_timeout = 0;\n"
# 15.20 notes a version on each column, which its own pg_dump leaves out and an older minor of another major neither
# leaves out nor takes in. A column made anew has one of its own.
COLUMN_VERSION = re.compile(rb"ALTER TABLE ONLY \S+ ALTER COLUMN \S+ SET \(pg_attver=\d+\);\n")
FIRST_ROWS = b"COPY "
Arguments = Sequence[str | Path]


def run_program(arguments: Arguments, uri: str) -> None:
    """Run to its end with `--dbname`. BackupFault with its own words when it fails."""
    connect, environment = _connection(uri)
    done = subprocess.run(
        [str(part) for part in (*arguments, *connect)],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        umask=0o077,
        check=False,
    )
    if done.returncode != 0:
        raise _failed(arguments, done.stderr)


def pour(source: Arguments, target: Arguments, uri: str, *, before_17: bool) -> None:
    """Feed what `source` writes to `target`, which connects to `uri`. BackupFault when either fails."""
    connect, environment = _connection(uri)
    with tempfile.TemporaryFile() as source_words, tempfile.TemporaryFile() as target_words:
        with (
            subprocess.Popen([str(part) for part in source], stdout=subprocess.PIPE, stderr=source_words) as giver,
            subprocess.Popen(
                [str(part) for part in (*target, *connect)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=target_words,
            ) as taker,
        ):
            _hand_over(giver, taker, before_17=before_17)
        if giver.returncode not in (0, -signal.SIGKILL):
            raise _failed(source, _read(source_words))
        if taker.returncode != 0:
            raise _failed(target, _read(target_words))


def _hand_over(giver: subprocess.Popen[bytes], taker: subprocess.Popen[bytes], *, before_17: bool) -> None:
    """Copy the script. A giver that fails in the middle must not look like the end of a whole one."""
    if giver.stdout is None or taker.stdin is None:
        raise RuntimeError("both ends were asked for as pipes")
    try:
        for line in giver.stdout:
            if not ((before_17 and line == NEWER_SETTING) or COLUMN_VERSION.fullmatch(line)):
                taker.stdin.write(line)
            if line.startswith(FIRST_ROWS):
                break
        shutil.copyfileobj(giver.stdout, taker.stdin)
    except BrokenPipeError:  # the taker refused; it says why
        giver.kill()
        return
    if giver.wait() != 0:
        taker.kill()  # its transaction is rolled back


def _connection(uri: str) -> tuple[list[str], dict[str, str]]:
    bare, password = without_password(uri)
    given = {"PGPASSWORD": password} if password else {}
    return ["--no-password", "--dbname", bare], {**os.environ, **given}


def _failed(arguments: Arguments, words: str) -> BackupFault:
    return BackupFault(f"{Path(str(arguments[0])).name} failed:\n{words.strip()[-4000:]}")


def _read(words: IO[bytes]) -> str:
    words.seek(0)
    return words.read().decode("utf-8", "replace")
