"""Where a server on this machine is."""

from __future__ import annotations


def local_url(port: int) -> str:
    return f"http://127.0.0.1:{port}"
