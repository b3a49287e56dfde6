"""Ways to spell a URL that leads to where no stranger may send us: this machine, its network, its cloud's metadata.

`PORT` stands for the canary's. Names resolve as `NAMES` says, whatever the name servers here say.
"""

_V4 = (
    "127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "127.127.127.127", "127.255.255.254", "0", "0.0", "0.1.2.3",
    "0.0.0.0",  # noqa: S104 - an address in a list

    "2130706433", "0x7f000001", "0x7f.0x0.0x0.0x1", "0x7f.1", "0x7F.0.0.1", "017700000001", "0177.0.0.1", "0177.1",
    "0177.0x0.0.1", "00000177.0.0.1", "127.0.0.01", "127.0.0.1.", "127.000.000.001", "3232235521", "0xc0a80001",
    "10.0.0.1", "10.1", "10.255.255.255", "0xa000001", "012.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1",
    "192.168.1", "100.64.0.1", "100.127.255.255", "100.100.100.200", "169.254.0.1", "169.254.169.254", "169.254.43518",
    "169.16689662", "2852039166", "0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376", "192.0.0.1",
    "192.0.0.170",
    "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16", "4294967295", "0xffffffff",
)  # fmt: skip
_V6 = (
    "::1", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001", "::", "0::0", "::127.0.0.1", "::7f00:1",
    "::ffff:127.0.0.1", "::ffff:7f00:1", "::FFFF:127.0.0.1", "0:0:0:0:0:ffff:127.0.0.1", "::ffff:0.0.0.0",
    "::ffff:10.0.0.1", "::ffff:192.168.0.1", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b::8.8.8.8",
    "64:ff9b:1::1", "64:ff9b:1::10.0.0.1", "2002:7f00:1::", "2002:7f00:0001::1", "2002:a00:1::", "2002:a9fe:a9fe::",
    "2002:c0a8:1::1", "2001::1", "2001:0:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "2001:10::1",
    "2001:20::1", "3fff::1", "5f00::1", "fe80::1", "fe80::1%25lo", "fe80::1%25eth0", "febf::1", "fec0::1", "fc00::1",
    "fd00::1", "fd00:ec2::254", "fdff:ffff::1", "ff00::1", "ff02::1", "ff05::1:3", "ff0e::1", "100::1", "200::1",
    "4000::1", "::2", "::ffff:100.64.0.1",
)  # fmt: skip

NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "localhost.": ["127.0.0.1"],
    "LOCALHOST": ["127.0.0.1"],
    "localhost.localdomain": ["127.0.0.1"],
    "ip6-localhost": ["::1"],
    "ip6-loopback": ["::1"],
    "loop.example": ["127.0.0.1"],
    "zero.example": ["0.0.0.0"],  # noqa: S104 - an address in a list
    "inner.example": ["10.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "metadata": ["169.254.169.254"],
    "169-254-169-254.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "sixtofour.example": ["2002:7f00:1::"],
    "both.example": ["::1", "127.0.0.1"],
    "many.example": ["10.0.0.1", "192.168.0.1", "127.0.0.1"],
    "xn--n3h.example": ["127.0.0.1"],
    "under_score.example": ["127.0.0.1"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "a.b.c.d.e.f.loop.example": ["127.0.0.1"],
}

_WHOLE = (
    "http://127.0.0.1:PORT", "HTTP://127.0.0.1:PORT/", "hTTps://127.0.0.1:PORT/", "http:127.0.0.1:PORT",
    "http:/127.0.0.1:PORT/", "http:///127.0.0.1:PORT/", "//127.0.0.1:PORT/", "127.0.0.1:PORT/", "http://127.0.0.1:PORT?x",
    "http://127.0.0.1:PORT#x", "http://example.com@127.0.0.1:PORT/", "http://example.com:80@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT@example.com/", "http://example.com#@127.0.0.1:PORT/", "http://example.com\\@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\\@example.com/", "http://127.0.0.1:PORT\\.example.com/", "http://@127.0.0.1:PORT/",
    "http://:@127.0.0.1:PORT/", "http://user:password@127.0.0.1:PORT/", "http://%31%32%37.0.0.1:PORT/",
    "http://127%2e0%2e0%2e1:PORT/", "http://127.0.0.1%00.example.com:PORT/", "http://127.0.0.1%0d%0a:PORT/",
    "http://127.0.0.1 :PORT/", " http://127.0.0.1:PORT/", "http://127.0.0.1\t:PORT/", "http://127.0.0.1\n:PORT/",
    "http://127。0。0。1:PORT/", "http://①②⑦.⓪.⓪.①:PORT/", "http://１２７.0.0.1:PORT/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/",
    "http://locаlhost:PORT/", "http://[::1]:PORT/", "http://[::1]:PORT@example.com/", "http://[::ffff:127.0.0.1]:PORT/",
    "http://[127.0.0.1]:PORT/", "http://[::1%25]:PORT/", "http://[0:0:0:0:0:0:0:1%250]:PORT/", "https://[::1]:PORT/",
    "file:///etc/passwd", "gopher://127.0.0.1:PORT/_x",
    "ftp://127.0.0.1:PORT/", "ws://127.0.0.1:PORT/", "dict://127.0.0.1:PORT/",
    "unix:///run/x.sock", "http+unix://%2frun%2fx.sock/", "javascript:fetch('http://127.0.0.1:PORT')",
    "data:text/html,x",
    "jar:http://127.0.0.1:PORT!/", "http://127.0.0.1:00PORT/", "http://127.0.0.1:0/", "http://127.0.0.1:99999/",
    "http://127.0.0.1:-1/", "http://127.0.0.1:PORT:80/", "http://", "https://", "http://?", "http://#", "http://..:PORT/",
    "http://.:PORT/", "http://-:PORT/", "https://127.0.0.1:PORT/" + "a" * 3000,
)  # fmt: skip


def private_urls(port):
    """Every spelling, aimed at a port."""
    hosts = [*_V4, *(f"[{host}]" for host in _V6), *NAMES]
    made = [f"{scheme}://{host}:{port}/hook" for host in hosts for scheme in ("http", "https")]
    return list(dict.fromkeys([*made, *(url.replace("PORT", str(port)) for url in _WHOLE)]))
