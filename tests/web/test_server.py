"""The app under real HTTP servers."""

import json
import threading
import time

import pytest

from tests.web.serving import everything_from, serving, status_of

IDLE_MOST_MB = 160
LEAD = {"identifier_type": "email", "email": "dana@example.com", "first_name": "Dana", "request_title": "Kitchen"}


def a_lead(token, **more):
    body = json.dumps(LEAD | more).encode()
    head = f"POST /platform/v1/leadgen HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode(), body


@pytest.mark.parametrize("kind", ["granian", "uvicorn"])
def test_a_lead_is_stored_and_the_server_stops_when_told(database, world, kind):
    with serving(database, kind=kind) as server:
        status, body = server.ask("/platform/v1/leadgen", "POST", world.first.token, json.dumps(LEAD).encode())
        assert (status, json.loads(body)["status"]) == (201, "OK")
        assert server.ask("/readyz")[0] == 200

        server.stop()
        ended = server.process.wait(timeout=15)
        assert ended == (0 if kind == "granian" else -15)


def test_an_idle_server_takes_little_memory(database, world):
    with serving(database) as server:
        assert server.ask("/openapi.json")[0] == 200
        assert server.rss_mb <= IDLE_MOST_MB


def test_what_is_in_flight_when_the_server_stops_is_answered(database, world):
    head, body = a_lead(world.first.token)
    with serving(database) as server, server.connect() as door:
        door.sendall(head + body[:10])
        assert server.ask("/livez")[0] == 200

        server.stop()
        finish_later = threading.Timer(0.5, door.sendall, (body[10:],))
        finish_later.start()

        assert status_of(door.recv(65536)) == 201
        assert server.process.wait(timeout=15) == 0


def test_what_never_ends_is_cut_off_when_the_server_stops(database, world):
    head, _ = a_lead(world.first.token)
    with serving(database, patches={"leadhall.web.server.IN_FLIGHT_WITHIN_S": 0.5}) as server, server.connect() as door:
        door.sendall(head)
        assert server.ask("/livez")[0] == 200
        began = time.monotonic()

        server.stop()

        assert server.process.wait(timeout=15) == 0
        assert time.monotonic() - began < 10


def test_a_body_that_does_not_come_is_refused_and_its_connection_closed(database, world):
    head, body = a_lead(world.first.token)
    with serving(database, patches={"leadhall.web.body.BODY_WITHIN_S": 0.3}) as server:
        answer = server.send(head + body[:5])

    assert status_of(answer) == 408
    assert b"connection: close" in answer.lower()


def test_a_body_announced_as_too_large_is_refused_without_being_read(database, world):
    head = a_lead(world.first.token)[0].partition(b"Content-Length")[0] + b"Content-Length: 99999999\r\n\r\n"
    with serving(database) as server:
        answer = server.send(head + b"x" * 5000)

    assert status_of(answer) == 413
    assert b"connection: close" in answer.lower()


def test_a_chunked_body_is_bounded_too(database, world):
    head = a_lead(world.first.token)[0].partition(b"Content-Length")[0] + b"Transfer-Encoding: chunked\r\n\r\n"
    with serving(database) as server:
        answer = server.send(head + b"8000\r\n" + b"x" * 0x8000 + b"\r\n8001\r\n" + b"x" * 0x8001 + b"\r\n")

    assert status_of(answer) == 413


@pytest.mark.parametrize("path", ["/platform/v1/leadgen", "/platform/v1/webhook/subscribe"])
def test_chunks_that_are_none_are_a_fault_of_the_callers(database, world, path):
    head = (
        a_lead(world.directory.token)[0].partition(b"Content-Length")[0].replace(b"/platform/v1/leadgen", path.encode())
    )
    with serving(database) as server:
        answer = server.send(head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")

    assert status_of(answer) == 400
    assert b"connection: close" in answer.lower()


def test_an_empty_head_and_one_too_long_are_refused(database, world):
    with serving(database) as server:
        no_host = server.send(b"GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n")
        two_hosts = server.send(b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n")
        long_head = server.send(b"GET /livez HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 17_000 + b"\r\n\r\n")
        long_url = server.send(b"GET /livez?" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    assert [status_of(each) for each in (no_host, two_hosts, long_head, long_url)] == [400, 400, 431, 414]
    assert long_head.endswith(b"\r\n\r\n")


def test_a_head_that_does_not_come_closes_the_connection(database, world):
    with serving(database, patches={"leadhall.web.server.HEAD_WITHIN_MS": 300}) as server, server.connect() as door:
        door.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n")

        assert everything_from(door) == b""


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"X-A: b\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
def test_no_ambiguous_framing_is_accepted_on_a_connection_that_stays_open(database, world, framing):
    with serving(database) as server, server.connect(timeout=3) as door:
        door.sendall(b"POST /platform/v1/leadgen HTTP/1.1\r\nHost: x\r\n" + framing)
        first = door.recv(65536)
        if status_of(first) is not None and status_of(first) < 400:
            door.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            assert everything_from(door) == b""
        else:
            assert status_of(first) in (None, 400, 401, 501)
