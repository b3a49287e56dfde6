"""Hostile JSON documents over every string field of a lead: the decoder's tests read them,
and the hostile-HTTP proof sends the same ones to a running server.

Each says beforehand what must become of it: refused with a code (400), or readable and
then with which text where.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Path = tuple[str, ...]

LEAD: dict[str, Any] = {
    "business_id": "jg7vmlf2uwx5m6fy",
    "identifier_type": "email",
    "email": "dana.levi@example.com",
    "unique_id": "crm-4711",
    "first_name": "Dana",
    "last_name": "Levi",
    "phone": "+1 (415) 555-0132",
    "address": "12 Harbour St, Oakland, CA",
    "request_title": "Kitchen renovation",
    "system_message": "Hot lead: https://example.com/campaigns/autumn",
    "source": "Website",
    "source_url": "https://example.com/contact",
    "status": "lead",
    "tags": "directory, lead",
    "notifications": "auto-reply,email",
    "opt_in": "yes",
    "opt_in_transactional_sms": "true",
    "consent_text": "I agree to be called",
    "consent_url": "https://example.com/privacy",
    "visitor_ip": "192.0.2.7",
    "visitor_user_agent": "Mozilla/5.0",
    "captured_at": "2026-11-20T10:00:00Z",
    "is_test": "no",
    "request_data": {"First Name": "Dana", "Budget": "15,000"},
    "message_data": {"notes": "Same layout"},
}
STRING_FIELDS: tuple[Path, ...] = (
    *((name,) for name, value in LEAD.items() if isinstance(value, str)),
    ("request_data", "First Name"),
    ("request_data", "Budget"),
    ("message_data", "notes"),
)


class HostileDocument(NamedTuple):
    """`code` is the refusal it must meet, None when it is readable; `text` is then what stands at `path`."""

    name: str
    body: bytes
    code: str | None = None
    path: Path = ()
    text: str | None = None


# What may stand where a string belongs, as raw bytes of the document.

_UNREADABLE_VALUES = {
    "NUL, escaped": rb'"a\u0000b"',
    "NUL, raw": b'"a\0b"',
    "high surrogate alone": rb'"a\ud83d"',
    "high surrogate before a letter": rb'"\uD83Db"',
    "low surrogate alone": rb'"\ude00 b"',
    "surrogates in the wrong order": rb'"\ude00\ud83d"',
    "surrogate as raw bytes": b'"\xed\xa0\x80"',
    "overlong NUL": b'"\xc0\x80"',
    "latin-1": b'"Zo\xeb"',
    "half a letter": b'"Zo\xc3"',
    "byte FF": b'"\xff"',
    "beyond Unicode": b'"\xf4\x90\x80\x80"',
    "NaN": b"NaN",
    "Infinity": b"Infinity",
    "minus Infinity": b"-Infinity",
    "raw tab": b'"a\tb"',
    "raw line end": b'"a\nb"',
    "raw escape character": b'"\x1b[31m"',
    "unknown escape": rb'"\x41"',
    "short unicode escape": rb'"\u12"',
    "unicode escape with a sign": rb'"\u+041"',
    "single quotes": b"'a'",
    "bare word": b"undefined",
    "no value": b"",
    "unclosed string": b'"a',
    "unclosed list": b'["a"',
    "trailing comma in a list": b'["a",]',
    "leading zero": b"01",
    "plus sign": b"+1",
    "no digit before the point": b".5",
    "no digit after the point": b"1.",
    "hexadecimal": b"0x10",
    "comment": b'"a" /* b */',
}
_DUPLICATES = {
    "duplicate key inside": b'{"a": "1", "a": "2"}',
    "duplicate key in escapes": rb'{"a": "1", "\u0061": "2"}',
    "duplicate key in a list": b'[{"a": 1, "b": [{"c": "x", "c": "x"}]}]',
    "duplicate empty key": b'{"": 1, "": 1}',
}
_READABLE_TEXTS = {
    "control characters, escaped": "a\x01\x1b\x7f\x85b",
    "line ends": "a\r\nb\rc\nd",
    "blanks around": " \t a \n ",
    "blank": " \n ",
    "noncharacters": "a\uffff\ufdd0b",
    "byte order mark inside": "\ufeffa",
    "bidi override": "\u202egnp.exe",
    "zero width": "a\u200b\u200d\u2060b",
    "line separators": "a\u2028b\u2029c",
    "hebrew": "שלום עולם",
    "beyond the first plane": "👩\u200d👩\u200d👧 𝒜 🇮🇱",
    "decomposed": "Zoe\u0308",
    "marks without end": "e" + "\u0301\u0316" * 1_000,
    "colliding letters": "İ K ß ẞ Σ σ ς",
    "10,000 characters": "x" * 10_000,
    "backslash before u0000": r"\u0000 \ud800 \\u0000",
    "percent NUL": "%00",
    "words of constants": "NaN, Infinity",
    "brackets in text": "[{" * 40 + '"' + "\\",
    "script": '<script>alert("1")</script>',
    "template": "{{ 7*7 }} ${7*7} {% raw %}",
    "SQL": "'; drop table client; --",
    "mail header": "a\r\nBcc: b@example.com =?utf-8?q?c?=",
}
_READABLE_LITERALS = {
    "400-digit integer": "9" * 400,
    "5,000-digit integer": "-" + "9" * 5_000,
    "64-bit overflow": "18446744073709551616",
    "minus zero": "-0",
    "one point zero": "1.0",
    "huge exponent": "1e400",
    "tiny exponent": "1E-99999999999",
    "long fraction": "0." + "1" * 400,
}
_READABLE_OTHERS = {
    "null": b"null",
    "true": b"true",
    "empty list": b"[]",
    "empty object": b"{}",
    "list of everything": b'[1, "a", null, true, {"b": []}]',
}


def hostile_documents(lead: Mapping[str, Any] = LEAD) -> list[HostileDocument]:
    """Over 1,500 documents, none over 64 KiB, each a variation of `lead` (which needs the fields of LEAD)."""
    documents = [
        *_whole_documents(lead),
        *_cut_documents(lead),
        *_key_documents(lead),
        *(document for path in STRING_FIELDS for document in _field_documents(lead, path)),
    ]
    return [document for document in documents if len(document.body) <= 64 * 1024]


def _field_documents(lead: Mapping[str, Any], path: Path) -> Iterator[HostileDocument]:
    field = ".".join(path)
    for name, raw in _UNREADABLE_VALUES.items():
        yield HostileDocument(f"{field}: {name}", _with_value(lead, path, raw), "unreadable")
    for name, raw in _DUPLICATES.items():
        yield HostileDocument(f"{field}: {name}", _with_value(lead, path, raw), "duplicate_key")
    for name, text in _READABLE_TEXTS.items():
        raw = json.dumps(text).encode()
        yield HostileDocument(f"{field}: {name}", _with_value(lead, path, raw), None, path, text)
    for name, literal in _READABLE_LITERALS.items():
        yield HostileDocument(f"{field}: {name}", _with_value(lead, path, literal.encode()), None, path, literal)
    for name, raw in _READABLE_OTHERS.items():
        yield HostileDocument(f"{field}: {name}", _with_value(lead, path, raw))
    yield from _deep_documents(lead, path)


def _deep_documents(lead: Mapping[str, Any], path: Path) -> Iterator[HostileDocument]:
    field, above = ".".join(path), len(path)
    for name, opening, core, closing in (("lists", b"[", b"", b"]"), ("objects", b'{"a":', b"1", b"}")):
        for depth, code in ((8, None), (9, "too_deep"), (2_000, "too_deep")):
            nested = opening * (depth - above) + core + closing * (depth - above)
            yield HostileDocument(f"{field}: {name} {depth} deep", _with_value(lead, path, nested), code)
        unclosed = opening * 2_000
        yield HostileDocument(f"{field}: {name} never closed", _with_value(lead, path, unclosed), "too_deep")


def _key_documents(lead: Mapping[str, Any]) -> Iterator[HostileDocument]:
    for outer in ((), ("request_data",), ("message_data",)):
        where = ".".join(outer) or "root"
        for name in ("NUL, escaped", "NUL, raw", "high surrogate alone", "latin-1", "raw tab", "unknown escape"):
            body = _with_key(lead, outer, _UNREADABLE_VALUES[name])
            yield HostileDocument(f"{where}: key with {name}", body, "unreadable")
        for name, key in (("nothing", ""), ("300 bytes", "k" * 300), *_READABLE_TEXTS.items()):
            body = _with_key(lead, outer, json.dumps(key).encode())
            yield HostileDocument(f"{where}: key with {name}", body, None, (*outer, key), "x")
    for path in STRING_FIELDS:
        *outer, key = path
        escaped = "".join(f"\\u{ord(c):04x}" for c in key)
        for name, spelling in (("twice", key), ("twice, once in escapes", escaped)):
            body = _with_key(lead, tuple(outer), f'"{spelling}"'.encode())
            yield HostileDocument(f"{'.'.join(path)}: {name}", body, "duplicate_key")


def _whole_documents(lead: Mapping[str, Any]) -> Iterator[HostileDocument]:
    text = json.dumps(lead, ensure_ascii=False)
    body = text.encode()
    bom = b"\xef\xbb\xbf"
    email = (("email",), lead["email"])
    yield HostileDocument("BOM", bom + body, None, *email)
    yield HostileDocument("blanks around", b"\r\n\t " + body + b" \n\n", None, *email)
    yield HostileDocument("all in escapes", json.dumps(lead).encode(), None, *email)
    yield HostileDocument("empty object", b"{}")
    unreadable = {
        "nothing": b"",
        "blanks only": b" \n\t",
        "BOM only": bom,
        "two BOMs": bom + bom + body,
        "BOM at the end": body + bom,
        "UTF-16 with BOM": text.encode("utf-16"),
        "UTF-16 little endian": text.encode("utf-16-le"),
        "UTF-16 big endian": text.encode("utf-16-be"),
        "UTF-32 with BOM": text.encode("utf-32"),
        "UTF-32 little endian": text.encode("utf-32-le"),
        "gzip": b"\x1f\x8b\x08\x00" + body,
        "empty list": b"[]",
        "list of leads": b"[" + body + b"]",
        "text": b'"x"',
        "JSON in a string": json.dumps(text).encode(),
        "number": b"12",
        "null": b"null",
        "true": b"true",
        "NaN": b"NaN",
        "Infinity": b"-Infinity",
        "two documents": body + body,
        "a word after it": body + b" x",
        "a NUL after it": body + b"\0",
        "a bracket too many": body + b"}",
        "trailing comma": body[:-1] + b",}",
        "comment": b"// lead\n" + body,
        "single quotes": repr(dict(lead)).encode(),
        "bare keys": b'{email: "a@example.com"}',
        "key without value": b'{"email"}',
        "number as key": b'{1: "a"}',
        "semicolon": b'{"email"; "a"}',
        "form feed as blank": b"\x0c" + body,
        "no-break space as blank": "\u00a0".encode() + body,
        "urlencoded": b"email=a%40example.com&first_name=Dana",
        "XML": b'<?xml version="1.0"?><lead/>',
        "closing first": b"]" * 2_000,
    }
    for name, raw in unreadable.items():
        yield HostileDocument(f"document: {name}", raw, "unreadable")
    for name, raw in (("list", b"["), ("object", b'{"a":'), ("both", b'[{"a":')):
        yield HostileDocument(f"document: {name} without end", raw * 10_000, "too_deep")


def _cut_documents(lead: Mapping[str, Any]) -> Iterator[HostileDocument]:
    body = json.dumps(lead, ensure_ascii=False).encode()
    for kept in range(1, len(body), len(body) // 40):
        yield HostileDocument(f"document: cut after {kept} bytes", body[:kept], "unreadable")


_MARK = "@@here@@"


def _with_value(lead: Mapping[str, Any], path: Path, raw: bytes) -> bytes:
    """The lead as JSON, with `raw` where the value at `path` stands."""
    copy = json.loads(json.dumps(lead))
    target = copy
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = _MARK
    return json.dumps(copy).encode().replace(f'"{_MARK}"'.encode(), raw)


def _with_key(lead: Mapping[str, Any], outer: Path, raw: bytes) -> bytes:
    """The lead as JSON, with one more key, spelled `raw`, in the object at `outer`; its value is x."""
    copy = json.loads(json.dumps(lead))
    target = copy
    for key in outer:
        target = target[key]
    target[_MARK] = "x"
    return json.dumps(copy).encode().replace(f'"{_MARK}"'.encode(), raw)
