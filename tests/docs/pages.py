"""The pages of this project, and what stands in them."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).parents[2]
PAGES = sorted([*HOME.glob("*.md"), *HOME.glob("docs/**/*.md"), *HOME.glob("bench/*.md")])

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?:^|[\s/])leadhall ([a-z][a-z-]*\b[^|>#\n;]*)", re.MULTILINE)
_IN_SHELL = {"sh", "console", "ini"}


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and its text."""

    language: str
    text: str


@dataclass(frozen=True)
class Command:
    """A `leadhall` command as a page names it: its words and its options."""

    words: tuple[str, ...]
    options: tuple[str, ...]

    @property
    def places(self) -> tuple[str, str]:
        """Where the reference may have it: under noun and verb, or under the one word."""
        return " ".join(self.words[:2]), self.words[0]


def name_of(page: Path) -> str:
    return page.relative_to(HOME).as_posix()


def blocks(text: str) -> list[Block]:
    return [Block(language, body) for language, body in _BLOCK.findall(text)]


def headings(text: str) -> set[str]:
    """The anchors that a page's headings make."""
    found = re.findall(r"^#+ (.+)$", _BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def shell_of(text: str) -> list[str]:
    """What a page gives to be typed: blocks of shell, and inline code outside of blocks."""
    typed = [block.text for block in blocks(text) if block.language in _IN_SHELL]
    return [*typed, *_INLINE.findall(_BLOCK.sub("", text))]


def commands(text: str) -> list[Command]:
    return [_command(rest) for typed in shell_of(text) for rest in _COMMAND.findall(typed.replace("\\\n", " "))]


def _command(rest: str) -> Command:
    parts = shlex.split(rest.replace("'", "").replace('"', ""))
    options = [part.partition("=")[0] for part in parts if part.startswith("--")]
    plain = []
    for part in parts:
        if not re.fullmatch(r"[a-z][a-z-]*", part):
            break
        plain.append(part)
    return Command(tuple(plain), tuple(options))
