"""Ways in which a backup comes back wrong: bytes of the dump, its end, its manifest, or the two of different days."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from leadhall.cluster.manifest import manifest_path, sha256_of

Harm = Callable[[Path, Path, Random], None]
"""Spoils the dump at the first path (and its manifest); the second is another whole backup."""
BLOCK_BYTES = 4_096


def copied(dump: Path, folder: Path) -> Path:
    """A backup of one's own to spoil, dump and manifest."""
    folder.mkdir()
    shutil.copy(manifest_path(dump), folder)
    copy = folder / dump.name
    shutil.copy(dump, copy)
    return copy


def _flip(dump: Path, _: Path, chance: Random) -> None:
    content = bytearray(dump.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    dump.write_bytes(content)


def _flip_at_the_start(dump: Path, _: Path, chance: Random) -> None:
    content = bytearray(dump.read_bytes())
    content[chance.randrange(64)] ^= 1
    dump.write_bytes(content)


def _lose_the_last_byte(dump: Path, _: Path, __: Random) -> None:
    dump.write_bytes(dump.read_bytes()[:-1])


def _cut(dump: Path, _: Path, chance: Random) -> None:
    content = dump.read_bytes()
    dump.write_bytes(content[: chance.randrange(1, len(content))])


def _grow(dump: Path, _: Path, __: Random) -> None:
    dump.write_bytes(dump.read_bytes() + b"\0")


def _blank_a_block(dump: Path, _: Path, chance: Random) -> None:
    content = bytearray(dump.read_bytes())
    start = chance.randrange(len(content) - BLOCK_BYTES)
    content[start : start + BLOCK_BYTES] = bytes(BLOCK_BYTES)
    dump.write_bytes(content)


def _swap_two_blocks(dump: Path, _: Path, __: Random) -> None:
    content = dump.read_bytes()
    first, second, rest = content[:BLOCK_BYTES], content[BLOCK_BYTES : 2 * BLOCK_BYTES], content[2 * BLOCK_BYTES :]
    dump.write_bytes(second + first + rest)


def _empty(dump: Path, _: Path, __: Random) -> None:
    dump.write_bytes(b"")


def _lose(dump: Path, _: Path, __: Random) -> None:
    dump.unlink()


def _lose_the_manifest(dump: Path, _: Path, __: Random) -> None:
    manifest_path(dump).unlink()


def _cut_the_manifest(dump: Path, _: Path, __: Random) -> None:
    path = manifest_path(dump)
    path.write_text(path.read_text()[:-20])


def _manifest_of_another_day(dump: Path, other: Path, _: Random) -> None:
    shutil.copy(manifest_path(other), manifest_path(dump))


def _dump_of_another_day(dump: Path, other: Path, _: Random) -> None:
    shutil.copy(other, dump)


def _a_row_more_in_the_manifest(dump: Path, _: Path, __: Random) -> None:
    _rewrite(dump, lambda told: told["rows"].update(lead=told["rows"]["lead"] + 1))


def _a_table_less_in_the_manifest(dump: Path, _: Path, __: Random) -> None:
    _rewrite(dump, lambda told: told["rows"].pop("consent"))


def _cut_and_sealed_anew(dump: Path, _: Path, __: Random) -> None:
    """Whoever cuts a dump may write a manifest that fits its bytes: the rows tell."""
    content = dump.read_bytes()
    dump.write_bytes(content[: len(content) * 2 // 3])
    _rewrite(dump, lambda told: told.update(sha256=sha256_of(dump), size_bytes=dump.stat().st_size))


def _another_day_sealed_as_this(dump: Path, other: Path, _: Random) -> None:
    shutil.copy(other, dump)
    _rewrite(dump, lambda told: told.update(sha256=sha256_of(dump), size_bytes=dump.stat().st_size))


def _rewrite(dump: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    path = manifest_path(dump)
    told = json.loads(path.read_text())
    change(told)
    path.write_text(json.dumps(told))


HARMS: dict[str, Harm] = {
    **{f"a bit flipped ({n})": _flip for n in range(12)},
    "a bit flipped at the start": _flip_at_the_start,
    "the last byte lost": _lose_the_last_byte,
    **{f"cut ({n})": _cut for n in range(4)},
    "a byte more": _grow,
    **{f"a block blanked ({n})": _blank_a_block for n in range(2)},
    "two blocks swapped": _swap_two_blocks,
    "emptied": _empty,
    "lost": _lose,
    "its manifest lost": _lose_the_manifest,
    "its manifest cut": _cut_the_manifest,
    "the manifest of another day": _manifest_of_another_day,
    "the dump of another day": _dump_of_another_day,
    "a row more in the manifest": _a_row_more_in_the_manifest,
    "a table less in the manifest": _a_table_less_in_the_manifest,
    "cut, and sealed anew": _cut_and_sealed_anew,
    "another day, sealed as this one": _another_day_sealed_as_this,
}
