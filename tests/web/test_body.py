import asyncio

import pytest

from leadhall.core.errors import Unreadable
from leadhall.web.body import (
    BODY_WITHIN_S,
    LEAST_BYTES_PER_S,
    LINGER_MOST_BYTES,
    LINGER_S,
    BodyTooLarge,
    Gone,
    TooSlow,
    read_body,
)
from tests.hasty import hasty, now_s


def a_scope(length=None):
    return {"headers": [] if length is None else [(b"content-length", str(length).encode())]}


def arriving(*pieces, more=False, pause_s=0.0):
    """A `receive` that gives these pieces one by one; with `more` the last is not the end."""
    waiting = list(pieces)

    async def receive():
        await asyncio.sleep(pause_s)
        if not waiting:
            await asyncio.Event().wait()
        piece = waiting.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(waiting) or more}

    return receive


async def test_a_body_in_pieces_is_read_whole():
    assert await read_body(a_scope(), arriving(b"ab", b"", b"c", b""), 10) == b"abc"


async def test_a_body_of_exactly_the_bound_is_read():
    assert await read_body(a_scope(10), arriving(b"x" * 10), 10) == b"x" * 10


@pytest.mark.parametrize("pieces", [(b"x" * 11,), (b"x" * 6, b"x" * 5), (b"x" * 10, b"x", b"x" * 99)])
async def test_a_body_over_the_bound_is_refused_however_it_comes(pieces):
    with pytest.raises(BodyTooLarge):
        await read_body(a_scope(), arriving(*pieces), 10)


async def test_of_a_body_announced_as_too_large_only_the_start_is_read():
    receive = arriving(b"a" * 4096, b"never read", more=True)

    with pytest.raises(BodyTooLarge) as refused:
        await read_body(a_scope(10**9), receive, 64 * 1024)
    assert refused.value.start == b"a" * 4096
    assert (await receive())["body"] == b"never read"


@pytest.mark.parametrize("length", [None, 200_000])
async def test_a_body_that_is_somewhat_too_large_is_taken_to_its_end_so_that_its_sender_hears_the_answer(length):
    left = [b"x" * 10_000] * 20

    async def receive():
        return {"type": "http.request", "body": left.pop(), "more_body": bool(left)}

    with pytest.raises(BodyTooLarge) as refused:
        await read_body(a_scope(length), receive, 64 * 1024)
    assert (len(refused.value.start), left) == (4096, [])


async def test_a_body_without_end_is_not_taken_for_long():
    taken = 0

    async def receive():
        nonlocal taken
        taken += 10_000
        return {"type": "http.request", "body": b"x" * 10_000, "more_body": True}

    with pytest.raises(BodyTooLarge):
        await read_body(a_scope(), receive, 64 * 1024)
    assert taken < 64 * 1024 + LINGER_MOST_BYTES + 20_000


@hasty
async def test_the_rest_of_what_is_too_large_is_not_waited_for():
    with pytest.raises(BodyTooLarge):
        await read_body(a_scope(70_000), arriving(b"x" * 5_000, more=True), 64 * 1024)
    assert LINGER_S <= now_s() < LINGER_S + 1


@hasty
async def test_a_body_that_stays_away_is_given_up():
    with pytest.raises(TooSlow):
        await read_body(a_scope(10), arriving(b"abc", more=True), 100)
    assert BODY_WITHIN_S <= now_s() < BODY_WITHIN_S + 1


@hasty
async def test_a_body_that_trickles_is_given_up():
    with pytest.raises(TooSlow):
        await read_body(a_scope(), arriving(*[b"x"] * 500, pause_s=1), 1000)
    assert BODY_WITHIN_S <= now_s() < BODY_WITHIN_S + 1


@hasty
async def test_what_came_earns_more_time():
    pieces = int(BODY_WITHIN_S) + 10
    body = await read_body(a_scope(), arriving(*[b"x" * LEAST_BYTES_PER_S] * pieces, pause_s=1), 100_000)

    assert len(body) == pieces * LEAST_BYTES_PER_S
    assert now_s() > BODY_WITHIN_S


async def test_who_hangs_up_needs_no_answer():
    async def receive():
        return {"type": "http.disconnect"}

    with pytest.raises(Gone):
        await read_body(a_scope(5), receive, 10)


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", "٣", "", "9" * 40])
async def test_a_length_that_is_no_number_is_refused(length):
    scope = {"headers": [(b"content-length", length.encode())]}

    with pytest.raises(Unreadable):
        await read_body(scope, arriving(b""), 10)
