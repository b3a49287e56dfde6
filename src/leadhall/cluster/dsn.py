"""Where a database is and as whom to log in: for asyncpg and for PostgreSQL's own programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

LOGIN = "leadhall"
ADMIN = "leadhall_admin"
DATABASE = "leadhall"


@dataclass(frozen=True)
class Dsn:
    """Connection parameters of an embedded database. `host` is the folder of its Unix socket."""

    host: str
    port: int = 5432
    user: str = LOGIN
    database: str = DATABASE

    def as_admin(self, database: str | None = None) -> Dsn:
        """The same cluster as its superuser: for backup, restore and making databases, never for serving."""
        return replace(self, user=ADMIN, database=database or self.database)

    def asyncpg_kwargs(self) -> dict[str, Any]:
        return {"host": self.host, "port": self.port, "user": self.user, "database": self.database}

    def uri(self) -> str:
        """A connection URI that asyncpg and libpq read alike."""
        query = urlencode({"host": self.host, "port": self.port}, quote_via=quote, safe="")
        return f"postgresql://{quote(self.user, safe='')}@/{quote(self.database, safe='')}?{query}"


def without_password(uri: str) -> tuple[str, str | None]:
    """The URI without its password, and the password: programs get it by PGPASSWORD, as argv is public."""
    parts = urlsplit(uri)
    login, at, host = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    asked = parse_qsl(parts.query, keep_blank_values=True)
    named = dict(asked).get("password")
    query = urlencode([pair for pair in asked if pair[0] != "password"], quote_via=quote)
    bare = urlunsplit(parts._replace(netloc=f"{user}{at}{host}", query=query))
    return bare, named or (unquote(password) if password else None)
