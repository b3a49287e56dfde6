"""What receivers may say on a connection, to the byte, and what becomes of it."""

import asyncio
import ssl
from contextlib import asynccontextmanager

import pytest

from leadhall.core import outbound as outbound_module
from leadhall.core.guard import Guard
from leadhall.core.line import ANSWER_MOST_BYTES, HEAD_MOST_BYTES, Broken
from leadhall.core.outbound import Outbound
from tests.notify.sink import certificate

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Script:
    """A receiver that says, to each request, the next bytes of its script; None: it hangs up."""

    def __init__(self, *says):
        self.says = list(says)
        self.heard = []
        self.connections = 0
        self.port = 0

    async def __call__(self, reader, writer):
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
                self.heard.append(head + await reader.readexactly(length))
                said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
                if said is None:
                    break
                writer.write(said)
                if said.endswith(b"-END"):
                    break
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiver(*says, tls=None):
    script = Script(*says)
    server = await asyncio.start_server(script, "127.0.0.1", 0, ssl=tls)
    script.port = server.sockets[0].getsockname()[1]
    async with server:
        yield script


@pytest.fixture
async def outbound():
    made = Outbound(Guard(["127.0.0.0/8"]), user_agent="tests")
    yield made
    await made.close()


@pytest.fixture
def post(outbound):
    async def post(script, body=b"{}", scheme="http", **headers):
        return await outbound.post(f"{scheme}://127.0.0.1:{script.port}/hook?x=1", body, headers)

    return post


async def test_a_request_is_written_as_http_has_it(post):
    async with receiver(OK) as script:
        answered = await post(script, b'{"a":1}', Webhook_Id="7")

    assert script.heard == [
        b"POST /hook?x=1 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: tests\r\nAccept: */*\r\n"
        b'Accept-Encoding: identity\r\nContent-Length: 7\r\nWebhook_Id: 7\r\n\r\n{"a":1}' % script.port
    ]
    assert (answered.status, answered.headers, answered.body) == (200, {"content-length": "2"}, b"ok")


async def test_a_header_of_several_lines_is_not_written(post):
    async with receiver(OK) as script:
        for value in ("a\r\nEvil: 1", "a\nEvil: 1", "a\rb"):
            with pytest.raises(ValueError, match="one line"):
                await post(script, Webhook_Id=value)

    assert script.heard == []


@pytest.mark.parametrize(
    ("said", "status", "body"),
    [
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, b"ok"),
        (b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", 500, b""),
    ],
)
async def test_an_answer_is_read_and_the_connection_kept(post, said, status, body):
    async with receiver(said) as script:
        answers = [await post(script) for _ in range(2)]

    assert [(each.status, each.body) for each in answers] == [(status, body)] * 2
    assert script.connections == 1


@pytest.mark.parametrize(
    ("said", "body"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nto the -END", b"to the -END"),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (OK + OK, b"ok"),
        (OK + b"HTTP/1.1 garb", b"ok"),
    ],
)
async def test_a_connection_with_its_end_or_with_more_than_was_asked_is_not_used_again(post, said, body):
    async with receiver(said) as script:
        answers = [await post(script) for _ in range(2)]

    assert [each.body for each in answers] == [body] * 2
    assert script.connections == 2


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsho-END",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n-END",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * (HEAD_MOST_BYTES + 1) + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ],
)
async def test_what_is_no_whole_answer_is_none(post, said):
    async with receiver(said) as script:
        with pytest.raises(Broken):
            await post(script)

    assert script.connections == 1


async def test_headers_without_end_are_not_read_without_end(post):
    async with receiver(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * HEAD_MOST_BYTES) as script:
        with pytest.raises(Broken, match="no end"):
            await post(script)


async def test_a_long_answer_is_cut(post):
    async with receiver(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 200_000) as script:
        answered = await post(script)

    assert (len(answered.body), answered.cut) == (ANSWER_MOST_BYTES, True)


async def test_a_kept_connection_that_hangs_up_is_tried_once_more_on_a_new_one(post):
    async with receiver(OK, None, OK) as script:
        assert [(await post(script)).status for _ in range(2)] == [200, 200]

    assert (len(script.heard), script.connections) == (3, 2)


async def test_the_answer_before_is_not_taken_for_one_that_never_came(post):
    no_length = b"HTTP/1.1 204 No Content\r\n\r\n"
    async with receiver(no_length, None) as script:
        await post(script)
        with pytest.raises(Broken):
            await post(script)

    assert len(script.heard) == 3


async def test_a_new_connection_that_hangs_up_is_not_tried_again(post):
    async with receiver(None) as script:
        with pytest.raises(Broken):
            await post(script)

    assert len(script.heard) == 1


async def test_silence_has_an_end_and_its_connection_too(post, monkeypatch):
    monkeypatch.setattr(outbound_module, "TOTAL_WITHIN_S", 0.2)
    async with receiver(OK, b"", OK) as script:
        await post(script)
        with pytest.raises(TimeoutError):
            await post(script)
        assert (await post(script)).status == 200

    assert script.connections == 2


async def test_what_nobody_needed_for_a_while_is_closed(post, outbound, monkeypatch):
    monkeypatch.setattr(outbound_module, "KEPT_S", 0.05)
    async with receiver(OK) as script:
        await post(script)
        async with asyncio.timeout(5):
            while outbound._kept:  # noqa: ASYNC110 - until its timer has run
                await asyncio.sleep(0.01)
        await post(script)

    assert script.connections == 2


async def test_a_call_goes_through_tls_to_a_receiver_whose_certificate_is_right(post, outbound, tmp_path):
    server, client = certificate(tmp_path)
    outbound._tls = client
    async with receiver(OK, tls=server) as script:
        assert [(await post(script, scheme="https")).status for _ in range(2)] == [200, 200]

    assert script.connections == 1


async def test_a_certificate_of_nobodys_gets_no_call(post, tmp_path):
    server, _ = certificate(tmp_path)
    async with receiver(OK, tls=server) as script:
        with pytest.raises(ssl.SSLCertVerificationError):
            await post(script, scheme="https")

    assert script.heard == []


async def test_a_certificate_for_another_name_gets_no_call(post, outbound, tmp_path):
    server, client = certificate(tmp_path, name="other.example")
    outbound._tls = client
    async with receiver(OK, tls=server) as script:
        with pytest.raises(ssl.SSLCertVerificationError):
            await post(script, scheme="https")

    assert script.heard == []
