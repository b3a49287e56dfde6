"""A JSON body as one object.

Two readers: a quick one for what honest callers send, which gives up whenever it is in
any doubt, and a careful one, which decides and says in words what is wrong.
"""

from __future__ import annotations

from leadhall.core.text import Value
from leadhall.web.decode.careful_json import read_carefully
from leadhall.web.decode.quick_json import read_quickly


def decode_json(body: bytes) -> dict[str, Value]:
    """The object in the body. Raises Unreadable, DuplicateKey or TooDeep."""
    content = read_quickly(body)
    return read_carefully(body) if content is None else content
