"""Style, script, fonts and pictures of the pages, kept in memory and cached by browsers for a year.

A file's address holds a mark of its content, so a new version has a new address. Vendored
files come with the installation (assets.toml); each door keeps its own in a folder `static`.
Names are unique over all folders.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from leadhall.core.errors import NotFound
from leadhall.core.operation import ANYBODY, ErrorCase, Operation, Reply
from leadhall.web.answers import Header
from leadhall.web.call import Answer, Call
from leadhall.web.head import header

FOLDERS = ("static/vendor", "public/static", "portal/static", "console/static")
MEDIA_TYPES = {
    "css": b"text/css; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "json": b"application/json",
    "png": b"image/png",
    "svg": b"image/svg+xml",
    "webmanifest": b"application/manifest+json",
    "woff2": b"font/woff2",
}
PACKED_ALREADY = frozenset({"png", "woff2"})
FOREVER = b"public, max-age=31536000, immutable"
MARK_CHARS = 12


class AssetFault(LookupError):
    """The installation lacks a file that a page asks for, or has two of one name."""


@dataclass(frozen=True)
class Asset:
    """One file: as it stands, and packed by gzip where that makes it smaller."""

    name: str
    content: bytes
    packed: bytes | None
    media_type: bytes

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:MARK_CHARS]

    @property
    def path(self) -> str:
        return f"/assets/{self.mark}/{self.name}"


def asset(name: str) -> str:
    """The address of a file, for templates. AssetFault when there is none of that name."""
    try:
        return _assets()[name].path
    except KeyError:
        raise AssetFault(f"no file {name}: reinstall Leadhall (pip install) so that assets.toml is fetched") from None


@cache
def _assets() -> dict[str, Asset]:
    found: dict[str, Asset] = {}
    for folder in FOLDERS:
        for entry in _files_of(folder):
            if entry.name in found:
                raise AssetFault(f"two files are called {entry.name}")
            found[entry.name] = _read(entry)
    return found


def _files_of(folder: str) -> list[Traversable]:
    place = resources.files(__package__) / folder
    if not place.is_dir():
        return []
    return [entry for entry in place.iterdir() if entry.name.rpartition(".")[2] in MEDIA_TYPES]


def _read(entry: Traversable) -> Asset:
    content, ending = entry.read_bytes(), entry.name.rpartition(".")[2]
    packed = None if ending in PACKED_ALREADY else gzip.compress(content, mtime=0)
    return Asset(entry.name, content, packed, MEDIA_TYPES[ending])


async def show_asset(call: Call) -> Answer:
    """The file, under its present address only: an old mark is not found."""
    found = _assets().get(call.path["name"])
    if found is None or found.mark != call.path["mark"]:
        raise NotFound("There is no such file")
    headers: tuple[Header, ...] = ((b"cross-origin-resource-policy", b"same-origin"), (b"vary", b"accept-encoding"))
    if found.packed and "gzip" in (header(call.scope, b"accept-encoding") or ""):
        gzipped: Header = (b"content-encoding", b"gzip")
        return Answer(content=found.packed, content_type=found.media_type, headers=(*headers, gzipped), cache=FOREVER)
    return Answer(content=found.content, content_type=found.media_type, headers=headers, cache=FOREVER)


OPERATIONS = (
    Operation(
        name="asset",
        title="Asset",
        summary="A file of the pages: style, script, font or picture.",
        method="GET",
        path="/assets/{mark}/{name}",
        door="public",
        policy=ANYBODY,
        handler=show_asset,
        replies=(Reply(200, None, None, "The file.", media_type="application/octet-stream"),),
        errors=(ErrorCase(404, "not_found", "There is no such file, or it has changed since."),),
        prefixed=False,
        tag="Pages",
    ),
)
