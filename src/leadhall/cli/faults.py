"""What a command says when it cannot be done."""

from __future__ import annotations


class CliFault(Exception):
    """The command cannot be done. `remedy` is what to type or set instead, where there is such a thing."""

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(f"{message}\n  {remedy}" if remedy else message)


class Usage(CliFault):
    """The command was called in a way it cannot be (exit code 2)."""
