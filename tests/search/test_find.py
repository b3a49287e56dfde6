"""Search over a real index: what is written is found, and only by whose it is."""

import random

import pytest

from leadhall.core.db import Scope, narrow, scoped
from leadhall.core.ids import LOW_BITS, mint, now_ms, spell
from leadhall.search.find import find_clients, find_in_inbox, find_threads
from leadhall.search.index import index_some, mark_all, mark_due

CLIENT = """insert into client (business_id, uid, first_name, last_name, email, phone, phone_e164)
            values ($1, $2, $3, $4, $5, $6, $7)"""


@pytest.fixture
def book(owner, world, worker_pool):
    """Puts clients and conversations into businesses, and indexes them."""
    return Book(owner, world.first.id, worker_pool)


class Book:
    def __init__(self, connection, business_id, pool):
        self._connection = connection
        self._business_id = business_id
        self._pool = pool

    async def client(self, first="Dana", last="Levi", *, email=None, phone=None, e164=None, business_id=None, uid=None):
        uid, business_id = uid or mint(), business_id or self._business_id
        await self._connection.execute(CLIENT, business_id, uid, first, last, email, phone, e164)
        await mark_due(self._connection, [(business_id, "c", uid)])
        return uid

    async def conversation(self, title, text="", *, client_uid=None):
        uid, client_uid = mint(), client_uid or await self.client("Somebody", "Else")
        await self._connection.execute(
            "insert into conversation (business_id, uid, client_uid, title) values ($1, $2, $3, $4)",
            *(self._business_id, uid, client_uid, title),
        )
        await self._connection.execute(
            """insert into message (business_id, conversation_uid, uid, client_uid, revision, direction, parts)
               values ($1, $2, $3, $4, 1, 'client_to_business', $5)""",
            *(self._business_id, uid, mint(), client_uid, [{"kind": "message", "fields": [["Note", text]]}]),
        )
        await mark_due(self._connection, [(self._business_id, "v", uid)])
        return uid

    async def index(self):
        async with self._pool.acquire() as connection, connection.transaction():
            while await index_some(connection, most=100):
                pass


@pytest.fixture
async def asking(app_pool, world, book):
    """`await asking(find_clients, "dana")` as the first business, once everything is indexed."""

    async def ask(find, term, *, scope=None, **more):
        await book.index()
        async with scoped(app_pool, scope or Scope.of([world.first.id])) as connection:
            return await find(connection, world.first.id, term, country="US", **more)

    return ask


async def found_by(asking, term):
    return [client.uid for client in (await asking(find_clients, term)).clients]


@pytest.mark.parametrize(
    "term", ["Dana", "dan", "LEVI", "levi dana", "da le", "Dána", "dnaa", "Levy", "dana.l", "@exam"]
)
async def test_a_client_is_found_by_names_and_address_by_their_beginning_and_but_for_a_letter(book, asking, term):
    uid = await book.client(email="Dana.Levi@example.com")

    assert await found_by(asking, term) == [uid]


async def test_a_client_is_found_by_a_number_in_any_spelling(book, asking):
    uid = await book.client(phone="(415) 555-0132", e164="+14155550132")

    for term in ("+1 (415) 555-0132", "415.555.0132", "4155550132", "14155550132", "415555", "555-0132", "0132"):
        assert await found_by(asking, term) == [uid], term


async def test_what_is_not_there_is_not_found(book, asking):
    await book.client(email="dana@example.com", e164="+14155550132")

    for term in ("dan ix", "bob", "415 555 0199", "&", "", "'"):
        assert await found_by(asking, term) == [], term


async def test_what_is_written_right_comes_before_what_is_nearly_so(book, asking):
    right, near = await book.client("John"), await book.client("Jhon")

    assert await found_by(asking, "john") == [right, near]


async def test_who_is_known_by_the_very_address_is_found_before_anything_is_indexed(owner, world, app_pool, book):
    uid = await book.client(email="dana@example.com")
    await owner.execute("insert into client_key values ($1, 'email', 'dana@example.com', $2)", world.first.id, uid)

    async with scoped(app_pool, Scope.of([world.first.id])) as connection:
        found = await find_clients(connection, world.first.id, "Dana@Example.com", country="US")

    assert [client.uid for client in found.clients] == [uid]


async def test_pages_follow_one_another_to_the_last_near_miss(book, asking):
    uids = [await book.client("John") for _ in range(5)]
    near = [await book.client("Jonn") for _ in range(3)]

    seen, after = [], None
    for _ in range(9):
        page = await asking(find_clients, "john", most=2, after=after)
        seen += [client.uid for client in page.clients]
        after = page.after
        if after is None:
            break

    assert seen == [*reversed(uids), *reversed(near)]


async def test_a_page_of_rare_words_among_many_newer_ones_is_found(book, asking, monkeypatch):
    monkeypatch.setattr("leadhall.search.find.NEWEST_LOOKED_AT", 3)
    rare = await book.client("Zebedee")
    for _ in range(8):
        await book.client()

    assert await found_by(asking, "zebed") == [rare]


DAY_MS = 24 * 60 * 60 * 1000
OF_ALL_TIMES = [
    *("zzzzzzzzzzzzzzzz", "oneofanothersown"),  # uids that a caller gave, which sort after all of ours
    *(spell(now_ms() - days * DAY_MS << LOW_BITS) for days in (0, 1, 20, 40, 150, 300, 900)),
    *("0i00000000000000", "0"),
]


@pytest.fixture(params=[1, 2, 5])
def newest(request, monkeypatch):
    """As many are looked at before the index is asked."""
    monkeypatch.setattr("leadhall.search.find.NEWEST_LOOKED_AT", request.param)


@pytest.mark.usefixtures("newest")
@pytest.mark.parametrize("most", [1, 2, 3, 20])
@pytest.mark.parametrize("term", ["zebedee", "zebedeee", "zebe levi", "zebede lev"])
async def test_the_newest_come_first_of_whatever_time_they_are(book, asking, most, term):
    for uid in random.Random(7).sample(OF_ALL_TIMES, len(OF_ALL_TIMES)):
        await book.client("Zebedee", uid=uid)
    await book.client("Somebody")

    seen, after = [], None
    while after is not None or not seen:
        page = await asking(find_clients, term, most=most, after=after)
        seen += [client.uid for client in page.clients]
        after = page.after

    assert seen == OF_ALL_TIMES


async def test_what_waits_to_be_read_anew_is_found_in_its_place(owner, book, world, monkeypatch):
    monkeypatch.setattr("leadhall.search.find.NEWEST_LOOKED_AT", 1)
    for uid in OF_ALL_TIMES:
        await book.client("Zebedee", uid=uid)
    await book.index()

    transaction = owner.transaction()
    await transaction.start()
    await owner.execute("alter table search_doc drop constraint search_doc_tells_its_time")
    untold = f"{world.first.id}c.zebedee"
    await owner.execute(
        "update search_doc set words = array_to_tsvector(array[$1]) where uid <> all ($2)", untold, OF_ALL_TIMES[5:]
    )
    await mark_all(owner, None)
    await owner.execute("set local role leadhall_app")
    await narrow(owner, Scope.of([world.first.id]))
    found = await find_clients(owner, world.first.id, "zebedee", country="US", most=2)
    await transaction.rollback()

    assert [client.uid for client in found.clients] == OF_ALL_TIMES[:2]


async def test_a_change_and_a_deletion_are_followed(owner, book, asking, world):
    changed, gone = await book.client("Anna"), await book.client("Anna")
    await book.index()
    await owner.execute("update client set first_name = 'Berta' where uid = $1", changed)
    await owner.execute("update client set deleted_at = now() where uid = $1", gone)
    assert await found_by(asking, "anna") == [
        changed
    ]  # nothing is marked: the index is as it was, the trash is not read

    await mark_due(owner, [(world.first.id, "c", changed), (world.first.id, "c", gone)])

    assert await found_by(asking, "anna") == []
    assert await found_by(asking, "berta") == [changed]


async def test_a_conversation_is_found_by_title_and_by_what_was_written(book, asking):
    uid = await book.conversation("Kitchen renovation", "The worktop shall be of oak")

    for term in ("kitchen", "renov oak", "kitchne", "WORKTOP"):
        assert [thread.uid for thread in (await asking(find_threads, term)).threads] == [uid]


async def test_an_inbox_is_searched_by_what_is_written_and_by_whose_it_is(book, asking):
    dana = await book.client("Dana")
    hers = await book.conversation("Roof", client_uid=dana)
    names_her = await book.conversation("Another", "Dana sent me")
    await book.conversation("Third")

    assert [thread.uid for thread in await asking(find_in_inbox, "dana")] == [names_her, hers]


async def test_nothing_of_a_client_who_was_erased_stays_in_the_index(owner, book, asking, world):
    uid = await book.client("Anna")
    await book.conversation("Secret", client_uid=uid)
    await book.index()
    for table in ("message", "conversation"):
        await owner.execute(f"delete from {table} where client_uid = $1", uid)
    await owner.execute("delete from client where uid = $1", uid)

    await mark_due(owner, [(world.first.id, "c", uid)])
    await book.index()

    assert await owner.fetchval("select count(*) from search_doc") == 0


async def test_others_are_neither_found_nor_to_be_asked_about(book, asking, world):
    await book.client("Dana", business_id=world.outsider.business.id)
    mine = await book.client("Dana")

    assert await found_by(asking, "dana") == [mine]
    elsewhere = await asking(find_clients, "dana", scope=Scope.of([world.second.id]))
    directory = await asking(find_clients, "dana", scope=Scope(directory_id=world.directory.id))
    assert elsewhere.clients == []
    assert [client.uid for client in directory.clients] == [mine]


async def test_a_rebuild_makes_the_index_anew_from_what_is_there(owner, book, asking, world):
    uid = await book.client("Dana")
    await owner.execute("delete from search_due")
    words = [f"{world.first.id}c#~"]
    await owner.execute(
        "insert into search_doc values ($1, 'c', 'nobody', array_to_tsvector($2::text[]))", world.first.id, words
    )
    assert await found_by(asking, "dana") == []

    await mark_all(owner, None)

    assert await found_by(asking, "dana") == [uid]
    assert await owner.fetchval("select count(*) from search_doc") == 1


async def test_short_words_count_among_what_the_index_found(book, asking, monkeypatch):
    monkeypatch.setattr("leadhall.search.find.NEWEST_LOOKED_AT", 0)
    wanted, *_ = [await book.client(first, "Levi") for first in ("Noa", "Dana", "Lea")]

    found = await asking(find_clients, "no levi")

    assert [client.uid for client in found.clients] == [wanted]
