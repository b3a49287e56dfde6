"""SQL lives in `.sql` files beside the room that owns it.

A file holds statements, each under a line `-- name: the_name`, with what it
answers told in the comment below. A room loads its file once, at import:
`SQL = statements(__package__, "book.sql")`, then `SQL["client_by_uid"]`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib import resources

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


def text_of(package: str, file: str) -> str:
    return (resources.files(package) / file).read_text(encoding="utf-8")


def statements(package: str, file: str) -> dict[str, str]:
    """The named statements of one file. ValueError for a file without a name or with one twice."""
    parts = _NAME.split(text_of(package, file))
    names, bodies = parts[1::2], parts[2::2]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"{package}/{file}: each statement needs its own `-- name:` line")
    return {name: body.strip() for name, body in zip(names, bodies, strict=True)}


@dataclass(frozen=True)
class SqlFile:
    """A whole file, such as a room's functions, that migration lays anew whenever its text has changed."""

    name: str
    text: str

    @classmethod
    def of(cls, package: str, file: str) -> SqlFile:
        """The file beside a room, named as in the log of migrations: `intake/write.sql`."""
        return cls(f"{package.rpartition('.')[2]}/{file}", text_of(package, file))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()
