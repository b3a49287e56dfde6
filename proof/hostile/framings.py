"""Ways to frame a request that two readers may read in two ways, or that nobody should take at all.

Most carry a whole second lead in the bytes whose meaning is disputed, titled `SMUGGLED`: whoever stores it was led by
the nose.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

Kind = Literal["good", "ambiguous", "broken", "unusual"]
"""`good` is answered well; `ambiguous` is not accepted on a connection that stays open; `broken` is not accepted;
`unusual` may be either: enough when nothing breaks."""
PATH = "/platform/v1/leadgen"
SMUGGLED = "smuggled"
EOL = b"\r\n"
FIRST = b"POST " + PATH.encode() + b" HTTP/1.1"


@dataclass(frozen=True)
class Framing:
    name: str
    kind: Kind
    octets: bytes


class Writer:
    """Requests with a caller's headers; every lead is another person."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = [f"{name}: {value}".encode() for name, value in headers.items()]
        self._count = 0

    def lead(self, title: str = "framed") -> bytes:
        self._count += 1
        person = f"framed{self._count}@example.com"
        body = {"identifier_type": "email", "email": person, "first_name": "Dana", "request_title": title}
        return json.dumps(body).encode()

    def request(
        self,
        *lines: bytes,
        body: bytes = b"",
        first: bytes = FIRST,
        host: bool = True,
    ) -> bytes:
        """`lines` say how long the body is, or lie about it."""
        head = [first, *([b"Host: x"] if host else []), *self._headers, b"Content-Type: application/json", *lines]
        return EOL.join(head) + EOL + EOL + body

    def whole(self, title: str = "framed") -> bytes:
        """A request as it should be."""
        body = self.lead(title)
        return self.request(_length(body), body=body)


def framings(headers: dict[str, str]) -> list[Framing]:
    """All of them; `headers` say who the caller is, and for which business."""
    write = Writer(headers)
    return [
        *(Framing(name, "good", octets) for name, octets in _good(write).items()),
        *(Framing(name, "ambiguous", octets) for name, octets in _lengths(write).items()),
        *(Framing(name, "ambiguous", octets) for name, octets in _codings(write).items()),
        *(Framing(name, "ambiguous", octets) for name, octets in _lines(write).items()),
        *(Framing(name, "broken", octets) for name, octets in _chunks(write).items()),
        *(Framing(name, "broken", octets) for name, octets in _heads(write).items()),
        *(Framing(name, "unusual", octets) for name, octets in _unusual(write).items()),
    ]


def _length(body: bytes, name: bytes = b"Content-Length") -> bytes:
    return name + b": %d" % len(body)


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


CHUNKED = b"Transfer-Encoding: chunked"


def _good(write: Writer) -> dict[str, bytes]:
    body = write.lead()
    half = len(body) // 2
    return {
        "one lead": write.whole(),
        "two leads, pipelined": write.whole() + write.whole(),
        "chunked": write.request(CHUNKED, body=chunked(write.lead())),
        "chunked in two pieces, with a trailer": write.request(
            CHUNKED,
            body=b"%x\r\n%s\r\n%X;a=b\r\n%s\r\n0\r\nX-Trailer: y\r\n\r\n"
            % (half, body[:half], len(body) - half, body[half:]),
        ),
        "empty lines before it": EOL + write.whole(),
    }


def _lengths(write: Writer) -> dict[str, bytes]:
    """What Content-Length is and is not. The rest of the bytes is another lead."""
    first, more = write.lead(), write.whole(SMUGGLED)
    both, length = first + more, len(first)
    lies = {
        "two lengths, both true in a way": [_length(first), _length(both)],
        "two lengths, the longer first": [_length(both), _length(first)],
        "a list of lengths": [b"Content-Length: %d, %d" % (length, len(both))],
        "a list of equal lengths": [b"Content-Length: %d, %d" % (length, length)],
        "a length with a sign": [b"Content-Length: +%d" % length],
        "a negative length": [b"Content-Length: -1"],
        "a hexadecimal length": [b"Content-Length: 0x%x" % length],
        "a length with a point": [b"Content-Length: %d.0" % length],
        "a length with a blank inside": [b"Content-Length: %d %d" % (length, len(both))],
        "a length beyond 64 bits": [b"Content-Length: %d" % (2**64 + length)],
        "an empty length": [b"Content-Length:"],
        "a length in words": [b"Content-Length: many"],
        "a length in wide digits": ["Content-Length: １２".encode()],
        "a length folded into the next line": [b"Content-Length:\r\n %d" % length],
        "a length after a vertical tab": [b"Content-Length: \x0b%d" % length],
        "a blank before the colon": [b"Content-Length : %d" % length],
    }
    return {name: write.request(*lines, body=both) for name, lines in lies.items()}


def _codings(write: Writer) -> dict[str, bytes]:
    """Transfer-Encoding beside a length, and other than plain `chunked`."""
    first, more = write.lead(), write.whole(SMUGGLED)
    to_chunk_reader = chunked(first) + more
    to_length_reader = b"0\r\n\r\n" + more
    beside = {
        "length and chunked": [_length(to_chunk_reader), CHUNKED],
        "chunked and length": [CHUNKED, _length(to_chunk_reader)],
        "chunked, and a length of nothing": [CHUNKED, b"Content-Length: 0"],
        "chunked, and the length of the first chunk": [_length(chunked(first)), CHUNKED],
    }
    strange = {
        "chunked twice": [CHUNKED, CHUNKED],
        "gzip, then chunked": [b"Transfer-Encoding: gzip, chunked"],
        "chunked, then identity": [b"Transfer-Encoding: chunked, identity"],
        "chunked, then gzip": [CHUNKED, b"Transfer-Encoding: gzip"],
        "identity": [b"Transfer-Encoding: identity"],
        "a coding that nobody knows": [b"Transfer-Encoding: xchunked"],
        "chunked after a vertical tab": [b"Transfer-Encoding: \x0bchunked"],
        "chunked in quotes": [b'Transfer-Encoding: "chunked"'],
        "chunked with a blank before the colon": [b"Transfer-Encoding : chunked"],
        "chunked, folded": [b"Transfer-Encoding:\r\n chunked"],
        "an empty coding, and a length": [b"Transfer-Encoding:", _length(first)],
    }
    return {
        **{name: write.request(*lines, body=to_chunk_reader) for name, lines in beside.items()},
        **{f"{name}, with a length": write.request(*lines, _length(to_length_reader), body=to_length_reader)
           for name, lines in strange.items()},
        **{name: write.request(*lines, body=to_chunk_reader) for name, lines in strange.items()},
        "HTTP/1.0, chunked and a length": write.request(
            CHUNKED, _length(first), first=b"POST " + PATH.encode() + b" HTTP/1.0", body=to_chunk_reader
        ),
    }  # fmt: skip


def _lines(write: Writer) -> dict[str, bytes]:
    """Lines that end, or do not, where another reader thinks otherwise."""
    body, more = write.lead(), write.whole(SMUGGLED)
    lines = {
        "a folded line that hides a coding": [b"X-A: b\r\n " + CHUNKED, _length(body)],
        "a bare CR that hides a length": [b"X-A: b\rContent-Length: 0", _length(body)],
        "a bare LF that hides a coding": [b"X-A: b\n" + CHUNKED, _length(body)],
        "a NUL in a value": [b"X-A: b\0c", _length(body)],
        "a NUL in a name": [b"X-\0A: b", _length(body)],
        "a line without a colon": [b"Transfer-Encoding chunked", _length(body)],
        "a name of nothing": [b": b", _length(body)],
        "a name with a blank": [b"X A: b", _length(body)],
        "a first header that begins with a blank": [],
        "two hosts": [b"Host: y", _length(body)],
        "two hosts that agree": [b"Host: x", _length(body)],
        "two tokens": [b"Authorization: Bearer x", _length(body)],
        "two content types": [b"Content-Type: text/plain", _length(body)],
    }
    made = {name: write.request(*given, body=body + more) for name, given in lines.items() if given}
    made["a first header that begins with a blank"] = write.request(
        _length(body), first=b"POST " + PATH.encode() + b" HTTP/1.1\r\n X-A: b", body=body + more
    )
    made["no host"] = write.request(_length(body), body=body + more, host=False)
    made["an empty host"] = write.request(b"Host:", _length(body), body=body + more, host=False)
    return made


def _chunks(write: Writer) -> dict[str, bytes]:
    body, more = write.lead(), write.whole(SMUGGLED)
    size = len(body)
    bad = {
        "a chunk size with 0x": b"0x%x\r\n%s\r\n0\r\n\r\n" % (size, body),
        "a negative chunk size": b"-%x\r\n%s\r\n0\r\n\r\n" % (size, body),
        "a chunk size with a sign": b"+%x\r\n%s\r\n0\r\n\r\n" % (size, body),
        "a chunk size beyond 64 bits": b"1%016x\r\n%s\r\n0\r\n\r\n" % (size, body),
        "an empty chunk size": b"\r\n%s\r\n0\r\n\r\n" % body,
        "a chunk size in words": b"zz\r\n%s\r\n0\r\n\r\n" % body,
        "a chunk longer than it says": b"%x\r\n%s\r\n0\r\n\r\n" % (size - 5, body),
        "a chunk that ends in other bytes": b"%x\r\n%sxx0\r\n\r\n" % (size, body),
        "a chunk size cut by a bare CR": b"%x\r0\r\n%s\r\n0\r\n\r\n" % (size, body),
        "an extension with a bare LF": b"%x;a\nb\r\n%s\r\n0\r\n\r\n" % (size, body),
        "an endless extension": b"%x;%s" % (size, b"a" * 200_000),
        "64 KiB of trailers": b"%x\r\n%s\r\n0\r\n%s\r\n" % (size, body, b"X-Trailer: y\r\n" * 4_700),
    }
    return {name: write.request(CHUNKED, body=octets + more) for name, octets in bad.items()}


def _heads(write: Writer) -> dict[str, bytes]:
    body = write.lead()
    first = b"POST " + PATH.encode()
    return {
        "a header of 1 MB": write.request(b"X-A: " + b"a" * 1_000_000, _length(body), body=body),
        "5,000 headers": write.request(*[b"X-%d: a" % n for n in range(5_000)], _length(body), body=body),
        "a header name of 70 KB": write.request(b"X" * 70_000 + b": a", _length(body), body=body),
        "a URL of 9 KB": write.request(_length(body), first=first + b"?" + b"a" * 9_000 + b" HTTP/1.1", body=body),
        "a URL of 1 MB": write.request(_length(body), first=first + b"?" + b"a" * 1_000_000 + b" HTTP/1.1", body=body),
        "HTTP/0.9": b"GET /livez\r\n",
        "HTTP/2 without asking": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9),
        "HTTP/1.9": write.request(_length(body), first=first + b" HTTP/1.9", body=body),
        "HTTP/9.9": write.request(_length(body), first=first + b" HTTP/9.9", body=body),
        "no version": write.request(_length(body), first=first, body=body),
        "two blanks in the first line": write.request(_length(body), first=b"POST  /livez HTTP/1.1", body=body),
        "a tab in the first line": write.request(_length(body), first=b"POST\t/livez HTTP/1.1", body=body),
        "a blank in the URL": write.request(_length(body), first=b"POST /livez /x HTTP/1.1", body=body),
        "a NUL in the URL": write.request(_length(body), first=b"POST /livez\0 HTTP/1.1", body=body),
        "a method with a colon": write.request(_length(body), first=b"PO:ST /livez HTTP/1.1", body=body),
        "a greeting of TLS": bytes.fromhex("16030100f8010000f40303") + bytes(200),
        "a greeting of SMTP": b"EHLO example.com\r\nMAIL FROM:<a@example.com>\r\n",
        "bytes of nothing": bytes(range(256)) * 40,
    }


def _unusual(write: Writer) -> dict[str, bytes]:
    body, path = write.lead(), PATH.encode()
    return {
        "absolute form": write.request(_length(body), first=b"POST http://x" + path + b" HTTP/1.1", body=body),
        "absolute form of another host": write.request(
            _length(body), first=b"POST http://evil.example" + path + b" HTTP/1.1", body=body
        ),
        "absolute form of no URL": write.request(_length(body), first=b"POST http:// HTTP/1.1", body=body),
        "authority form": write.request(first=b"CONNECT x:80 HTTP/1.1"),
        "asterisk form": write.request(first=b"OPTIONS * HTTP/1.1"),
        "TRACE": write.request(first=b"TRACE / HTTP/1.1"),
        "an unknown method": write.request(first=b"BREW /livez HTTP/1.1"),
        "a path in bytes FF": write.request(first=b"GET /\xff\xfe HTTP/1.1"),
        "a path with %00": write.request(first=b"GET /%00%ff%zz HTTP/1.1"),
        "a path that climbs": write.request(first=b"GET /../../etc/passwd HTTP/1.1"),
        "a fragment": write.request(first=b"GET /livez#x HTTP/1.1"),
        "a body on GET": write.request(_length(body), first=b"GET /livez HTTP/1.1", body=body),
        "HTTP/1.0 and stay": write.request(
            _length(body), b"Connection: keep-alive", first=b"POST " + path + b" HTTP/1.0", body=body
        ),
        "expects to be asked": write.request(_length(body), b"Expect: 100-continue", body=body),
        "expects what nobody can": write.request(_length(body), b"Expect: wonders", body=body),
        "would rather speak HTTP/2": write.request(
            _length(body), b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk",
            body=body,
        ),
        "would rather have a socket": write.request(
            b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13",
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", first=b"GET /livez HTTP/1.1",
        ),
        "headers in latin-1": write.request(b"X-Request-Id: Zo\xeb", b"User-Agent: \xff\xfe", _length(body), body=body),
        # RFC 9110 8.6 lets a reader take equal ones as one, and granian's does: no two readers disagree
        "two equal lengths": write.request(_length(body), _length(body), body=body),
        "a length with zeros before it": write.request(b"Content-Length: 000%d" % len(body), body=body),
        "lines that end in LF alone": write.whole().replace(EOL, b"\n"),
        "a body shorter than it says, then the end": write.request(b"Content-Length: 9999", body=body),
        "a chunk that never comes": write.request(CHUNKED, body=b"%x\r\n%s" % (len(body) + 9, body)),
        "a second request cut in the middle": write.whole() + write.whole()[:60],
    }  # fmt: skip
