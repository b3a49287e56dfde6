"""A decoded body, read key by key: liberal in what it takes, and every fault collected (api.md 0.2).

Only keys that an operation asks for are read; whatever else stands in the body writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from leadhall.core.errors import Fault, Invalid
from leadhall.core.text import Number, clean, json_text, read_boolean

TEXT_MOST_CHARS = 255
LONG_TEXT_MOST_CHARS = 1_000
ITEMS_MOST = 1_000
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_PLACE = re.compile(r"[0-9]{1,9}")


class Given:
    """An object that came. A reading of an absent (null, blank) key is None; what cannot be read is a fault."""

    def __init__(self, content: Mapping[str, Any], *, prefix: str = "", faults: list[Fault] | None = None) -> None:
        self._content = content
        self._prefix = prefix
        self.faults: list[Fault] = [] if faults is None else faults

    def has(self, name: str) -> bool:
        """Whether the key stands there at all, be it null."""
        return name in self._content

    def settle(self) -> None:
        """Invalid with every fault of the body, if there is one."""
        if self.faults:
            raise Invalid.of(self.faults)

    def need(self, name: str) -> None:
        """Note that it is absent."""
        self.faults.append(Fault.missing(f"{self._prefix}{name}"))

    def wrong(self, code: str, name: str, what: str) -> None:
        """Note a fault: `what` goes on from the field's name."""
        self.faults.append(Fault(code, f"{self._prefix}{name} {what}", f"{self._prefix}{name}"))

    def text(
        self, name: str, *, needed: bool = False, most_chars: int = TEXT_MOST_CHARS, blank: bool = False
    ) -> str | None:
        """Clean text; a number or boolean as its JSON text. `blank`: an empty text is one, and clears a field."""
        value = self._content.get(name)
        if isinstance(value, dict | list):
            self.wrong("not_text", name, "must be text, not an object or a list")
            return None
        text = "" if value is None else str(clean(json_text(value))[0])
        if not text:
            if needed:
                self.faults.append(Fault.missing(f"{self._prefix}{name}"))
            return "" if blank and isinstance(value, str) and not needed else None
        if len(text) > most_chars:
            self.wrong("too_long", name, f"must be at most {most_chars} characters")
            return None
        return text

    def word(self, name: str, words: tuple[str, ...], *, needed: bool = False) -> str | None:
        """One of these words."""
        text = self.text(name, needed=needed)
        if text is not None and text not in words:
            self.wrong("invalid", name, f"must be one of: {', '.join(words)}")
            return None
        return text

    def boolean(self, name: str) -> bool | None:
        value = self._content.get(name)
        try:
            return read_boolean(value)
        except ValueError:
            self.wrong("invalid", name, "must be true or false")
            return None

    def number(self, name: str, *, least: int, most: int) -> int | None:
        """A whole number, also as text."""
        text = self.text(name)
        if text is None:
            return None
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            self.wrong("invalid", name, f"must be a whole number of {least} to {most}")
            return None
        return int(text)

    def texts(self, name: str, *, needed: bool = False, most_chars: int = TEXT_MOST_CHARS) -> list[str] | None:
        """Texts from a list, a comma string or an object with numbers for keys, blank ones left out.

        A blank text in the list's place is absent; an empty list is one.
        """
        value = self.listed(name)
        if value is None or value == []:
            if needed:
                self.faults.append(Fault.missing(f"{self._prefix}{name}"))
            return None if value is None else []
        if isinstance(value, str) and not isinstance(value, Number):
            value = value.split(",")
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, dict | list) for item in items):
            self.wrong("not_text", name, "must be a list of texts")
            return None
        if len(items) > ITEMS_MOST:
            self.wrong("too_many", name, f"must be at most {ITEMS_MOST}")
            return None
        texts = [str(clean(json_text(item))[0]) for item in items if item is not None]
        if any(len(text) > most_chars for text in texts):
            self.wrong("too_long", name, f"must be texts of at most {most_chars} characters")
            return None
        return [text for text in texts if text]

    def part(self, name: str, *, needed: bool = False) -> Given:
        """The object under a key; an empty one where it is absent or no object, which is noted when `needed`."""
        value = self._there(name)
        if value is not None and not isinstance(value, dict):
            self.wrong("invalid", name, "must be an object")
        elif value is None and needed:
            self.faults.append(Fault.missing(f"{self._prefix}{name}"))
        return Given(value if isinstance(value, dict) else {}, prefix=f"{self._prefix}{name}.", faults=self.faults)

    def parts(self, name: str) -> list[Given] | None:
        """The objects of a list, each naming its place in its faults; one object is a list of one."""
        value = self.listed(name)
        if value is None:
            return None
        if isinstance(value, dict):
            return [self.part(name)]
        items = value if isinstance(value, list) else [value]
        if len(items) > ITEMS_MOST or not all(isinstance(item, dict) for item in items):
            self.wrong("invalid", name, f"must be a list of at most {ITEMS_MOST} objects")
            return None
        return [Given(item, prefix=f"{self._prefix}{name}[{n}].", faults=self.faults) for n, item in enumerate(items)]

    def pairs(self, name: str, *, needed: bool = False, most_chars: int = LONG_TEXT_MOST_CHARS) -> dict[str, str]:
        """An object of texts."""
        value = self.part(name, needed=needed)
        return {key: text for key in value.keys if (text := value.text(key, most_chars=most_chars)) is not None}

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._content)

    @property
    def plain(self) -> dict[str, Any]:
        """What came, as it came."""
        return dict(self._content)

    def listed(self, name: str) -> Any:
        """The value as it came; `{"0": a, "1": b}`, as some callers and every form send lists, as the list it means."""
        value = self._there(name)
        if isinstance(value, dict) and value and all(_PLACE.fullmatch(key) for key in value):
            return [value[key] for key in sorted(value, key=int)]
        return value

    def _there(self, name: str) -> Any:
        """The value as it came; None for what is absent: null, and a text that is blank."""
        value = self._content.get(name)
        return None if isinstance(value, str) and not clean(value)[0] else value
