"""The tasks of the project: each one documented, and nothing in the locks that names a registry."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("run.txt", "dev.txt")


def targets():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.findall(r"^([a-z][a-z-]*):(?!=)", text, re.MULTILINE)


def test_make_alone_lists_every_target():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert sorted(re.findall(r"make ([a-z-]+) +\S", listed)) == sorted(targets())


@pytest.mark.parametrize("lock", [*LOCKS, "audit.txt"])
def test_a_lock_pins_by_hash_and_names_no_address(lock):
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9-]+(?:\[[a-z,]+\])?==\S+( ; [^\\]+)? \\$", text, re.MULTILINE)

    assert "://" not in text
    assert not re.search(r"^ *--(?!hash=)", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[a-z]", text, re.MULTILINE))


def test_both_locks_agree_on_what_they_share():
    run, dev = (dict(re.findall(r"^([a-z0-9-]+)==(\S+)", _text(lock), re.MULTILINE)) for lock in LOCKS)

    assert run == {name: version for name, version in dev.items() if name in run}


def _text(lock):
    return (ROOT / "requirements" / lock).read_text(encoding="utf-8")
