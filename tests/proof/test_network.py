"""The bad network of the proofs does what its modes say, and what a stop cuts is counted."""

import asyncio
import time

import pytest
from proof.frame import Run
from proof.network import LATE, _tell_moved, _tell_stages
from proof.network.beside import RELAY_FAULTS, Beside
from proof.network.stops import Stopped, _count, _Request
from proof.proxy import proxied, to_port

CREATED = b'HTTP/1.1 201 Created\r\n\r\n{"uid": "c", "conversation_uid": "v", "message_uid": "m"}'


@pytest.fixture
async def echo():
    async def serve(reader, writer):
        while piece := await reader.read(1024):
            writer.write(piece)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
async def proxy(echo):
    async with proxied(to_port(echo)) as found:
        yield found


async def ask(proxy, octets=b"0123456789", within_s=5.0):
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        writer.write(octets)
        async with asyncio.timeout(within_s):
            return await reader.readexactly(len(octets))
    finally:
        writer.close()


@pytest.mark.parametrize("mode", ["clean", "slices", "latency", "rate"])
async def test_what_is_only_slow_comes_whole(proxy, mode):
    await proxy.become(mode)

    assert await ask(proxy) == b"0123456789"


async def test_latency_takes_its_time(proxy):
    proxy.latency_s = 0.1
    await proxy.become("latency")
    began = time.monotonic()
    await ask(proxy)

    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("mode", ["reset", "refuse"])
async def test_what_is_cut_is_heard_of_at_once_and_heals(proxy, mode):
    await proxy.become(mode)
    with pytest.raises((OSError, asyncio.IncompleteReadError)):
        await ask(proxy)
    await proxy.become("clean")

    assert await ask(proxy)


async def test_a_black_hole_says_nothing_until_it_is_over(proxy):
    await proxy.become("blackhole")
    with pytest.raises(TimeoutError):
        await ask(proxy, within_s=0.1)
    await proxy.become("clean")

    assert await ask(proxy)


def test_a_request_in_flight_that_got_no_answer_is_cut():
    stopped, at = Stopped(), 100.0
    _count(
        [
            _Request("a", at - 1, CREATED),
            _Request("b", at - 1),
            _Request("c", at - 1, b"HTTP/1.1 503 Service Unavailable\r\n\r\n"),
            _Request("d", at),  # sent as the signal came
        ],
        at,
        stopped,
    )

    assert (stopped.in_flight, stopped.cut, len(stopped.refused)) == (3, 1, 1)
    assert [each.title for each in stopped.told] == ["a"]


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("database reset", {"longest_s": 10.1, "ready_s": 1}),
        ("database reset", {"longest_s": 1, "ready_s": 5.1}),
        ("wires reset", {"longest_s": 2.1, "ready_s": 1}),
    ],
)
def test_a_stage_in_which_somebody_waited_too_long_misses_its_target(tmp_path, name, stage):
    run = Run("network", 7, tmp_path)
    _tell_stages(run, {name: stage, "wires latency": {"longest_s": 0.1, "ready_s": 0.1}})

    assert len(run.missed) == 1


CALM = [float(ms) for ms in range(1, 401)]


def windows(*times):
    """One of 400 waits for each, so many times as long as calm ones."""
    return [[each * ms for ms in CALM] for each in times]


def test_one_burst_moves_neither_the_median_nor_the_p99():
    found = Beside(clean=windows(1, 1, 1), struck=windows(1, 9, 1))

    assert found.moves == found.p99_moves == 1
    assert found.holds


def test_the_p99_moves_where_few_wait_longer():
    few = [ms if ms < 390 else 10 * ms for ms in CALM]
    found = Beside(clean=windows(1, 1, 1), struck=[few] * 3)

    assert found.moves == 1
    assert found.p99_moves > 9


@pytest.mark.parametrize(("times", "missed"), [(1.05, 0), (1.2, 6)])
def test_a_relay_that_moves_intake_by_a_tenth_is_missed(tmp_path, times, missed):
    run = Run("network", 1, tmp_path)
    slower = Beside(clean=windows(*[1] * 6), struck=windows(*[times] * 6))
    _tell_moved(run, dict.fromkeys(RELAY_FAULTS, slower) | {LATE: slower})

    assert len(run.missed) == missed
    assert run.controls["a database that answers late"]["caught"] is bool(missed)


@pytest.mark.parametrize(("above", "of", "shown"), [(5, 5, False), (6, 6, True), (11, 15, False), (12, 15, True)])
def test_a_p99_is_shown_to_move_by_more_pairs_than_luck_has(above, of, shown):
    found = Beside(windows(*[1] * of), windows(*[2] * above, *[1] * (of - above)))

    assert found.p99_moves == 2
    assert found.p99_is_shown_to_move is shown


@pytest.mark.parametrize("late", [Beside(windows(*[1] * 6), windows(*[times] * 6)) for times in (1.2, 1)])
def test_a_late_database_must_move_both(tmp_path, late):
    few = Beside(windows(*[1] * 6), [[ms if ms < 390 else 10 * ms for ms in CALM]] * 6)
    run = Run("network", 1, tmp_path)
    _tell_moved(run, dict.fromkeys(RELAY_FAULTS, few) | {LATE: late})

    assert [words.partition(": ")[2][:14] for words in run.missed] == ["intake's p99 m"] * 3
    assert run.controls["a database that answers late"]["caught"] is (late.moves > 1)
