from datetime import UTC, datetime, timedelta

import pytest

from leadhall.core.db import Scope, scoped
from leadhall.core.errors import NotFound
from leadhall.requestlog.behind import Behind
from leadhall.requestlog.read import Wanted, get_request, list_requests, looked_through
from tests.requestlog.rows import a_row

NOW = datetime.now(UTC)


@pytest.fixture
async def log(worker_pool, world):
    """Ten requests of the first business, one of the outsider's."""
    rows = [
        a_row(
            business_id=world.first.id,
            at=NOW - timedelta(minutes=10 - n),
            status=200 if n % 2 else 422,
            verdict="accepted" if n % 2 else "refused",
            token_uid=f"t{n % 3}",
            operation="list_clients" if n < 8 else "get_client",
            body=b"the body",
        )
        for n in range(10)
    ]
    behind = Behind(worker_pool)
    for row in [*rows, a_row(business_id=world.outsider.business.id)]:
        behind.add(row)
    await behind.flush()
    return [row.uid for row in rows]


async def listed(app_pool, business, wanted=None, **more):
    async with scoped(app_pool, Scope.of([business.id])) as connection:
        return [row.uid for row in await list_requests(connection, business.id, wanted, **more)]


async def test_requests_come_newest_first(app_pool, world, log):
    assert await listed(app_pool, world.first) == log[::-1]


async def test_a_page_goes_on_below_the_last_uid(app_pool, world, log):
    first = await listed(app_pool, world.first, most=4)
    second = await listed(app_pool, world.first, Wanted(below=first[-1]), most=4)

    assert first + second == log[:1:-1]


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (Wanted(status=422), [8, 6, 4, 2, 0]),
        (Wanted(verdict="accepted"), [9, 7, 5, 3, 1]),
        (Wanted(operation="get_client"), [9, 8]),
        (Wanted(token_uid="t1"), [7, 4, 1]),
        (Wanted(since=NOW - timedelta(minutes=2)), [9, 8]),
        (Wanted(until=NOW - timedelta(minutes=8)), [1, 0]),
        (Wanted(status=422, token_uid="t0"), [6, 0]),
    ],
)
async def test_requests_are_listed_by_what_is_wanted_of_them(app_pool, world, log, wanted, places):
    assert await listed(app_pool, world.first, wanted) == [log[place] for place in places]


async def test_one_request_is_shown_with_its_exact_body(app_pool, world, log):
    async with scoped(app_pool, Scope.of([world.first.id])) as connection:
        shown = await get_request(connection, world.first.id, log[0])

    assert (shown.body, shown.body_bytes) == (b"the body", 8)


async def test_anothers_request_is_as_if_it_were_not(app_pool, world, log):
    async with scoped(app_pool, Scope.of([world.second.id])) as connection:
        with pytest.raises(NotFound):
            await get_request(connection, world.second.id, log[0])
        with pytest.raises(NotFound):
            await get_request(connection, world.first.id, log[0])


async def test_what_matches_rarely_is_looked_for_among_so_many_and_then_further_back(app_pool, world, log, monkeypatch):
    monkeypatch.setattr("leadhall.requestlog.read.SEARCHED_MOST", 4)
    wanted = Wanted(status=422)
    async with scoped(app_pool, Scope.of([world.first.id])) as connection:
        below = await looked_through(connection, world.first.id, wanted)
        end = await looked_through(connection, world.first.id, Wanted(status=422, below=log[2]))

    assert await listed(app_pool, world.first, wanted) == [log[8], log[6]]
    assert await listed(app_pool, world.first, Wanted(status=422, below=below)) == [log[4], log[2]]
    assert end is None
