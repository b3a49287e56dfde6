"""The relay that mail is handed to, as `smtp://user:pass@host:port?tls=…` spells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

Tls = Literal["starttls", "implicit", "none"]
USUAL_PORTS: dict[Tls, int] = {"starttls": 587, "implicit": 465, "none": 25}


@dataclass(frozen=True)
class MailTransport:
    """Equal ones share their connections."""

    host: str
    port: int
    tls: Tls
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """For people: never the password."""
        user = f"{self.username}@" if self.username else ""
        return f"smtp://{user}{self.host}:{self.port}?tls={self.tls}"


def read_transport(url: str) -> MailTransport:
    """The relay of a URL; STARTTLS when nothing is said. ValueError says what is wrong, without the password."""
    parts = urlsplit(url)
    tls = dict(parse_qsl(parts.query)).get("tls", "starttls")
    if parts.scheme != "smtp" or not parts.hostname or tls not in get_args(Tls):
        raise ValueError("must be smtp://user:pass@host:port?tls=starttls (or tls=implicit, tls=none)")
    kind = cast("Tls", tls)
    username, password = (unquote(text) if text else None for text in (parts.username, parts.password))
    return MailTransport(parts.hostname, parts.port or USUAL_PORTS[kind], kind, username, password)
