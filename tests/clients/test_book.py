"""A page of the book by the time of the change: the same whether few changed or too many to be sorted."""

from datetime import UTC, datetime, timedelta

import pytest

from leadhall.clients import book
from leadhall.clients.book import Page, list_clients

AT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("most", [book.CHANGED_MOST, 2])
async def test_who_changed_in_a_time_comes_newest_first_and_in_pages(at_desk, owner, world, monkeypatch, most):
    monkeypatch.setattr(book, "CHANGED_MOST", most)
    rows = [(world.first.id, f"c{n}", AT + timedelta(days=(n * 3) % 7)) for n in range(7)]
    await owner.executemany("insert into client (business_id, uid, updated_at) values ($1, $2, $3)", rows)

    async with at_desk() as desk:

        async def uids(**more):
            return [each.uid for each in await list_clients(desk.connection, world.first.id, Page(**more))]

        assert await uids(since=AT + timedelta(days=2)) == ["c6", "c4", "c3", "c2", "c1"]
        assert await uids(since=AT + timedelta(days=2), until=AT + timedelta(days=4)) == ["c6", "c3", "c1"]
        assert await uids(until=AT + timedelta(days=3), per_page=1, number=2) == ["c3"]
        assert await uids(since=AT, below="c4", per_page=2) == ["c3", "c2"]
