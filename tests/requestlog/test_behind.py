import asyncio

import pytest

from leadhall.requestlog import behind as behind_module
from leadhall.requestlog.behind import Behind
from leadhall.requestlog.rows import BODY_MOST_BYTES, START_BYTES, kept_of
from tests.requestlog.rows import a_row

WAIT_FOR_A_ROW = """do $$ begin
    for turn in 1..100 loop exit when exists (select from request_log); perform pg_sleep(0.01); end loop; end $$"""


async def count(owner):
    return await owner.fetchval("select count(*) from request_log")


async def test_a_row_is_written_within_a_second(owner, worker_pool):
    behind = Behind(worker_pool)
    writing = asyncio.create_task(behind.run())
    behind.add(a_row())

    async with asyncio.timeout(1):
        await owner.execute(WAIT_FOR_A_ROW)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)

    assert await count(owner) == 1


async def test_every_column_of_a_row_is_kept(owner, worker_pool):
    behind = Behind(worker_pool)
    row = a_row(
        business_id=7,
        token_uid="t",
        client_request_id="theirs",
        user_agent="curl",
        ip="2001:db8::1",
        duration_us=1234,
        content_type="application/json",
        body=b"\x00\xff",
        truncated=True,
        facts={"query": {"page": "2"}},
        email_mark=b"e",
        phone_mark=b"p",
        unique_id_mark=b"u",
    )
    behind.add(row)
    await behind.flush()

    stored = dict(await owner.fetchrow("select * from request_log"))
    assert stored.pop("lead_uid") is None
    assert str(stored.pop("ip")) == row.ip
    assert stored == {name: getattr(row, name) for name in stored}


async def test_what_waits_is_written_when_the_server_stops(owner, worker_pool):
    behind = Behind(worker_pool)
    writing = asyncio.create_task(behind.run())
    await asyncio.sleep(0)
    for _ in range(450):
        behind.add(a_row())
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)

    assert await count(owner) == 450


async def test_rows_beyond_the_bound_are_dropped_and_counted(worker_pool, monkeypatch):
    monkeypatch.setattr(behind_module, "WAITING_MOST", 3)
    behind = Behind(worker_pool)
    for _ in range(5):
        behind.add(a_row())

    assert (len(behind), behind.dropped) == (3, 2)


async def test_rows_that_the_database_does_not_take_are_dropped_and_counted(worker_pool):
    behind = Behind(worker_pool)
    behind.add(a_row(operation="\x00"))
    await behind.flush()

    assert (len(behind), behind.dropped) == (0, 1)


async def test_a_row_that_is_written_twice_stands_once(owner, worker_pool):
    behind, row = Behind(worker_pool), a_row()
    behind.add(row)
    behind.add(row)
    await behind.flush()

    assert await count(owner) == 1


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"", (None, False)),
        (b"x" * BODY_MOST_BYTES, (b"x" * BODY_MOST_BYTES, False)),
        (b"x" * (BODY_MOST_BYTES + 1), (b"x" * START_BYTES, True)),
    ],
)
def test_of_a_body_that_is_too_large_the_start_is_kept(body, kept):
    assert kept_of(body) == kept
