"""demo.json: the demo's tokens, kept in its data folder so that its owner and programs find them.

The one named exception to keeping secrets as hashes only: mode 0600, never for a database of one's own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from leadhall.cluster.place import Place

NAME = "demo.json"


class DirectoryWords(msgspec.Struct):
    uid: str
    id: int
    token: str
    website_token: str


class OtherDirectoryWords(msgspec.Struct):
    uid: str
    token: str
    business_uid: str


class OwnerWords(msgspec.Struct):
    """`uid` is that of the staff row; so is a colleague's."""

    uid: str
    token: str


class BusinessWords(msgspec.Struct):
    uid: str
    nickname: str
    external_reference_id: str
    owner: OwnerWords
    form_key: str
    client_uid: str


class AppWords(msgspec.Struct):
    uid: str
    client_id: str
    client_secret: str
    token: str


class Book(msgspec.Struct):
    """The demo's tokens; `port` is where it was last served, `sent` says that the examples were sent.

    `client_token` is that of the first business's client; None in a demo that was made before there was one.
    """

    directory: DirectoryWords
    other_directory: OtherDirectoryWords
    businesses: list[BusinessWords]
    app: AppWords
    client_token: str | None = None
    port: int | None = None
    sent: bool = False

    def for_programs(self, url: str) -> dict[str, Any]:
        """What `leadhall demo --json` prints: exactly these keys."""
        return {
            "url": url,
            "directory": self.directory,
            "other_directory": self.other_directory,
            "businesses": self.businesses,
            "app": self.app,
            "client_token": self.client_token,
        }

    def words(self) -> dict[str, str]:
        """What the examples' `{staff_token}` and so on stand for."""
        first = self.businesses[0]
        return {
            "staff_token": first.owner.token,
            "directory_token": self.directory.token,
            "website_token": self.directory.website_token,
            "app_token": self.app.token,
            "business_uid": first.uid,
            "business_nickname": first.nickname,
            "business_external_reference_id": first.external_reference_id,
            "form_key": first.form_key,
        }


def read_book(folder: Path) -> Book | None:
    """The book of a demo's folder; None when there is none (or none that can be read)."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Book)
    except (OSError, msgspec.DecodeError):
        return None


def standing_book(place: Place) -> Book | None:
    """The same, unless its cluster is gone: then it tells of nothing."""
    return read_book(place.data) if place.majors() else None


def write_book(folder: Path, book: Book) -> None:
    """Whole or not at all, and never readable by others."""
    half = folder / f"{NAME}.new"
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(book)) + b"\n")
    half.rename(folder / NAME)
