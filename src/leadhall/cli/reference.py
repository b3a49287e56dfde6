"""`make docs`: the reference pages that are made from the program itself, so that they cannot be stale."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from leadhall.cli.output import say
from leadhall.cli.reference_api import api_page, events_page
from leadhall.cli.tree import COMMANDS, build
from leadhall.settings import Settings
from leadhall.web.codes import CODES

MADE = "<!-- Made by `make docs` from the program itself: change it there. -->"

# cyclopts writes negatives of subcommands although the root switches them off
_NOISE = re.compile(r", --(?:no|empty)-[a-z-]+(?=[`,])| \*\[default: (?:False|\"\")\]\*")


def reference(folder: Path, /) -> None:
    """Write the pages into FOLDER."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        say(f"wrote {folder / name}")


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {
        "cli.md": cli_page(),
        "settings.md": settings_page(),
        "errors.md": errors_page(),
        "api.md": _page(api_page()),
        "events.md": _page(events_page()),
    }


def cli_page() -> str:
    tree = build(asked=[name for name, _, _ in COMMANDS])
    text = _NOISE.sub("", tree.generate_docs(usage_name="leadhall"))
    intro = (
        "Exit codes: 0 done, 1 refused or failed (the message is on stderr), 2 wrong usage. Data is on stdout,"
        " words for people on stderr. Every listing takes `--json`.\n\n"
        "Commands work on `DATABASE_URL`, else on the embedded PostgreSQL of the data folder: `LEADHALL_DATA`, else"
        " `./.demo` when it is there, else `/var/lib/leadhall` as root, else `~/.local/share/leadhall`. A cluster that"
        " `leadhall serve` runs is shared; one that rests is started for the command's duration."
    )
    heading, _, rest = text.partition("\n")
    return _page(f"{heading}\n\n{intro}\n{rest}")


def settings_page() -> str:
    rows = [
        (f"### `{entry.metadata['name']}`", entry.metadata["meaning"], f"Default: {_default(entry)}.")
        for entry in dataclasses.fields(Settings)
    ]
    intro = (
        "Settings come from the environment; none is needed. An unknown name that begins with `LEADHALL_` is an error,"
        " with the name that was meant. `leadhall config show` tells the values in force and where they come from."
    )
    return _page(f"# Settings\n\n{intro}\n\n" + _paragraphs(rows))


def _default(entry: dataclasses.Field[object]) -> str:
    shown: str | None = entry.metadata["shown"]
    if shown is not None:
        return shown
    if isinstance(entry.default, bool):
        return "no" if not entry.default else "yes"
    return "none" if entry.default is None else f"`{entry.default}`"


def errors_page() -> str:
    rows = [
        (
            f"### `{code.name}`",
            f"Status {code.status_words}. {code.meaning}",
            f"What to do: {code.remedy}" + (" The same request may succeed later." if code.again else ""),
        )
        for code in CODES
    ]
    intro = (
        "Every refusal is JSON: `error` says it in words, `error_code` is the code of the first fault, `errors` lists"
        " all of them with the field each is about, `request_id` finds it in the request log."
    )
    return _page(f"# Errors\n\n{intro}\n\n" + _paragraphs(rows))


def _paragraphs(rows: Iterable[Sequence[str]]) -> str:
    return "\n\n".join("\n\n".join(row) for row in rows)


def _page(text: str) -> str:
    lines = [line.rstrip() for line in f"{MADE}\n{text}".splitlines()]
    return "\n".join(lines).strip() + "\n"
