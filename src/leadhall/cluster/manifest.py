"""What a backup says of itself: one JSON file beside the dump, without which it is not restored."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from leadhall.cluster.errors import BackupFault

FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """`rows` counts each table of the schema at the very snapshot that was dumped."""

    made_at: datetime
    leadhall: str
    postgres: str
    sha256: str
    size_bytes: int
    rows: dict[str, int]

    def write(self, dump: Path) -> None:
        """Beside the dump, durable, readable by us alone."""
        text = json.dumps(
            {"format": FORMAT} | asdict(self) | {"made_at": self.made_at.isoformat()}, indent=1, sort_keys=True
        )
        half = manifest_path(dump).with_name(manifest_path(dump).name + ".part")
        half.touch(mode=0o600)
        half.write_text(text + "\n", encoding="utf-8")
        make_durable(half)
        half.rename(manifest_path(dump))
        make_durable(dump.parent)

    @classmethod
    def read(cls, dump: Path) -> Manifest:
        """BackupFault when it is missing or not ours to read."""
        path = manifest_path(dump)
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told.pop("format") != FORMAT:
                raise BackupFault(f"{path} is of a newer kind", remedy="use the Leadhall that made it, or a newer one")
            return cls(**told | {"made_at": datetime.fromisoformat(told["made_at"])})
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
            raise BackupFault(f"{path} cannot be read ({fault}): without it a dump is not checked") from None


def manifest_path(dump: Path) -> Path:
    return dump.with_name(dump.name + ".json")


def check(dump: Path) -> Manifest:
    """The manifest of a dump whose bytes are exactly those it was made of. BackupFault otherwise."""
    manifest = Manifest.read(dump)
    if not dump.is_file():
        raise BackupFault(f"{dump} is missing")
    if dump.stat().st_size != manifest.size_bytes or sha256_of(dump) != manifest.sha256:
        raise BackupFault(f"{dump} is not what was backed up: size or checksum differs. Nothing was restored")
    return manifest


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_durable(path: Path) -> None:
    """Have a file's bytes, or a folder's names, on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
