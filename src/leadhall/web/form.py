"""Forms of our own pages, as browsers send them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from leadhall.core.errors import Unreadable
from leadhall.web.body import read_body
from leadhall.web.call import Call
from leadhall.web.cookies import is_from_here

FORM_MOST_BYTES = 64 * 1024
FIELDS_MOST = 600


class Forged(Unreadable):
    """A form that was not sent from our own page."""


@dataclass(frozen=True)
class Form:
    """What was filled in. A field may stand several times: then `text` is its first."""

    pairs: tuple[tuple[str, str], ...] = ()

    def text(self, name: str) -> str:
        """Trimmed; blank for a field that did not come."""
        return next((value.strip() for key, value in self.pairs if key == name), "")

    def raw(self, name: str) -> str:
        """As it came: for passwords, whose blanks count."""
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.pairs)


async def read_form(call: Call, *, most_bytes: int = FORM_MOST_BYTES) -> Form:
    """The form in the body. Forged when another site's page sent it, Unreadable when it cannot be read."""
    content = await read_body(call.scope, call.receive, most_bytes)
    try:
        pairs = parse_qsl(content.decode(), keep_blank_values=True, max_num_fields=FIELDS_MOST, errors="strict")
    except ValueError:
        raise Unreadable("The form cannot be read") from None
    if not is_from_here(call):
        raise Forged("This form did not come from this page: load it again")
    return Form(tuple((name, value.replace("\x00", "")) for name, value in pairs))


def local_path(given: str | None, otherwise: str, *, under: str = "/") -> str:
    """Where to go on: a page of ours under this path, never another site."""
    is_ours = bool(given) and given is not None and given.startswith(under) and given.isprintable()
    return given if is_ours and given and "\\" not in given and "//" not in given.partition("?")[0] else otherwise
