"""The bench's arithmetic, and that it fails when a lead is lost. No load is run here."""

import asyncio
import json
import os
import struct
import subprocess
import sys
import time

import aiohttp
import aiosmtplib
import bench.__main__ as bench_main
import pytest
from bench import figures
from bench.copying import END, HEAD, cut_rows
from bench.deliveries import accepted, sinks
from bench.figures import Window
from bench.load import acknowledged, requests, result
from bench.people import BODY_BYTES, Crowd
from bench.processes import cpu_s, rss_mb, tree
from bench.window import Pace

NAMES = (
    *(figures.OURS_64, figures.OURS_256, figures.OURS_LONE, figures.TX_256, figures.TX_LONE, figures.PGBENCH_CTE),
    *(*figures.PGBENCH, *figures.FASTAPI, figures.COPY, figures.ECHO, figures.ROUTE),
)


def a_window(leads=1000, **more):
    given = {"seconds": 1.0, "server_cpu_s": 0.2, "postgres_cpu_s": 0.3, "wal_bytes": 5_000_000, "p50_ms": 10.0}
    return Window(leads=leads, **(given | {"p99_ms": 25.0, "acknowledged": leads, "stored": leads} | more))


def a_round(**given):
    return {name: given.get(name, a_window()) for name in NAMES}


async def test_what_arrives_at_the_sinks_is_counted_and_kept(tmp_path):
    with sinks(tmp_path) as where:
        async with aiohttp.ClientSession() as session:
            for _ in range(3):
                async with session.post(where.urls[0], data=b"x" * 700) as told:
                    assert told.status == 200
        await aiosmtplib.send(
            b"Subject: Lead number 7.\r\n\r\n",
            sender="a@b.example",
            recipients=["o@b.example"],
            hostname="127.0.0.1",
            port=where.smtp,
            start_tls=False,
        )

        assert await asyncio.to_thread(where.posts) == 3
        (took,) = await asyncio.to_thread(accepted, where, {"Lead number 7.": time.monotonic()})
    assert abs(took) < 60


def test_processor_time_a_lead_is_that_of_server_and_postgresql_together():
    window = a_window(leads=1000, server_cpu_s=0.2, postgres_cpu_s=0.3)

    assert window.cpu_ms == pytest.approx(0.5)


def test_a_ratio_is_taken_within_a_round_before_the_median_is():
    rounds = [
        a_round(leadhall_256=a_window(3000), asyncpg_tx_256=a_window(1000)),
        a_round(leadhall_256=a_window(8000), asyncpg_tx_256=a_window(1600)),
        a_round(leadhall_256=a_window(100), asyncpg_tx_256=a_window(25)),
    ]

    medians = figures.medians(figures.compare(rounds))

    assert medians["vs_asyncpg_tx_256"] == 4  # of 3, 5 and 4; the ratio of the medians would be 3


def test_pgbench_is_met_at_its_best_client_count():
    rounds = [a_round(pgbench_16=a_window(2000), pgbench_64=a_window(1500), leadhall_64=a_window(4000))] * 2

    assert figures.compare(rounds)["vs_pgbench_64"] == [2, 2]


def test_reference_processor_time_stands_over_ours():
    rounds = [a_round(fastapi_16=a_window(2000, server_cpu_s=20.0, postgres_cpu_s=4.0))]

    assert figures.compare(rounds)["cpu_over_fastapi"] == [pytest.approx(12 / 0.5)]


def test_all_named_bars_are_there_and_are_numbers():
    bars = figures.medians(figures.compare([a_round()]))

    assert set(bars) >= {"vs_pgbench_256", "vs_pgbench_64", "vs_asyncpg_tx_256", "pg_cpu_over_copy"}
    assert set(bars) >= {"lone_p50_over_tx", "p99_over_p50_64", "route_cpu_over_echo", "vs_fastapi_best"}
    assert all(isinstance(value, float) for value in bars.values())


def test_nothing_is_lost_when_every_acknowledged_lead_is_stored():
    assert figures.lost([a_round()]) == {}


def test_more_stored_than_acknowledged_hides_no_loss_elsewhere():
    rounds = [a_round(leadhall_64=a_window(stored=999), leadhall_256=a_window(stored=1001))]

    assert figures.lost(rounds) == {"leadhall_64": 1}


def test_a_loss_in_one_round_is_not_made_good_by_the_next():
    rounds = [a_round(leadhall_64=a_window(stored=999)), a_round(leadhall_64=a_window(stored=1001))]

    assert figures.lost(rounds) == {"leadhall_64": 1}


@pytest.mark.parametrize(("stored", "code"), [(1000, 0), (999, 1)])
def test_the_bench_fails_when_one_lead_is_lost(monkeypatch, capsys, stored, code):
    rounds = [a_round(leadhall_256=a_window(stored=stored))]
    pace = Pace(rounds=1, seconds=1, warm_s=0, lone_s=1, copied_leads=1)
    found = bench_main.report(figures.compare(rounds), rounds, pace, "18")
    monkeypatch.setattr(bench_main, "bench", lambda *_: found)
    monkeypatch.setattr("sys.argv", ["bench"])

    assert bench_main.main() == code
    assert json.loads(capsys.readouterr().out)["lost"] == 1000 - stored


def test_no_two_people_send_the_same_body():
    crowd, other = Crowd(1), Crowd(2)
    bodies = [each.body() for _ in range(500) for each in (crowd, other)]
    people = [json.loads(body) for body in bodies]

    assert len({person["email"] for person in people}) == len(bodies)
    assert {len(body) for body in bodies} == {BODY_BYTES}


def test_a_request_says_how_long_its_body_is():
    head, _, body = next(requests("http://127.0.0.1:1/path", {"Authorization": "Bearer x"}, 7)).partition(b"\r\n\r\n")

    assert head.startswith(b"POST /path HTTP/1.1\r\nHost: 127.0.0.1:1\r\n")
    assert f"Content-Length: {len(body)}".encode() in head


class Answers:
    def __init__(self, *answers):
        self.answers, self.refused, self.waiting = list(answers), {}, 0


def test_only_answers_within_the_window_count_as_speed():
    load = Answers((0.5, 0.1, b""), (1.5, 0.2, b""), (2.5, 0.3, b""))

    assert result(load, 1.0, 2.0, 0.1)["leads"] == 1


def test_every_acknowledged_lead_is_looked_for_also_those_outside_the_window():
    load = Answers((0.5, 0.1, b'{"conversation_uid":"a"}'), (9.5, 0.1, b'{"uid":"x","conversation_uid":"b"}'))

    assert acknowledged(load) == ["a", "b"]


def test_a_copy_stream_is_cut_into_its_rows():
    rows = [struct.pack("!hi3si", 2, 3, b"abc", -1), struct.pack("!hi1si", 2, 1, b"x", 0)]

    assert cut_rows(HEAD + b"".join(rows) + END) == rows


def test_the_processor_time_of_a_process_that_ended_is_in_its_parents():
    before = cpu_s(os.getpid())
    subprocess.run([sys.executable, "-c", "sum(range(5_000_000))"], check=True)

    assert cpu_s(os.getpid()) - before >= 0.05
    assert tree(os.getpid())[0] == os.getpid()
    assert rss_mb(os.getpid()) > 5
