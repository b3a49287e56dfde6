"""`GET /v2/search`: upstream's shape over our own index."""

import pytest

from leadhall.core.errors import RateLimited
from leadhall.search.index import index_some
from leadhall.web.limits import Limiter
from tests.web.conftest import with_settings
from tests.web.leads import send_lead

SEARCH = "/v2/search"


@pytest.fixture
async def lead(ask, world, services):
    told = await send_lead(ask, world.first.token, first_name="Dana", last_name="Levi", email="dana@example.com")
    async with services.worker_pool.acquire() as connection, connection.transaction():
        keys = [(world.first.id, "c", told["uid"]), (world.first.id, "v", told["conversation_uid"])]
        await connection.executemany("insert into search_due values ($1, $2, $3)", keys)
        await index_some(connection, most=10)
    return told


async def test_a_client_is_found_in_upstreams_shape(ask, world, lead):
    told = await ask.get(f"{SEARCH}?query=levi&entity=client&per_page=5", token=world.first.token)

    assert told.status == 200
    assert told.json["counts"] == {"client": 1}
    (hit,) = told.json["top_hits"]["client"]
    assert (hit["uid"], hit["full_name"], hit["matter_uid"]) == (lead["uid"], "Dana Levi", lead["uid"])
    assert told.json["top_hits"]["conversation"] == []


async def test_without_an_entity_clients_and_conversations_are_searched(ask, world, lead):
    told = await ask.get(f"{SEARCH}?query=kitchen", token=world.first.token)

    assert told.json["counts"] == {"client": 0, "conversation": 1}
    assert told.json["top_hits"]["conversation"][0]["id"] == lead["conversation_uid"]


async def test_without_a_query_the_answer_is_null(ask, world):
    assert (await ask.get(SEARCH, token=world.first.token)).json is None


async def test_a_page_names_the_next(ask, world, lead):
    for _ in range(2):
        await send_lead(ask, world.first.token, first_name="Dana", email="dana@example.com")
    told = await ask.get(f"{SEARCH}?query=dana&entity=client&per_page=1", token=world.first.token)

    assert told.header("link").endswith(f'after={lead["uid"]}>; rel="next"')


async def test_others_find_nothing_of_it(ask, world, lead):
    for token in (world.second.token, world.outsider.business.token):
        assert (await ask.get(f"{SEARCH}?query=dana", token=token)).json["counts"] == {"client": 0, "conversation": 0}


async def test_who_is_not_known_is_told_so_in_upstreams_words(ask):
    told = await ask.get(f"{SEARCH}?query=x", token="unknown")

    assert (told.status, told.json["success"], told.json["error"]) == (401, False, "401 Unauthorized")


@pytest.mark.parametrize(
    "query",
    [f"query={'x' * 256}", "query=x&per_page=0", "query=x&per_page=abc", "query=x&entity=payment", "query=%00"],
)
async def test_what_cannot_be_searched_is_refused(ask, world, query):
    assert (await ask.get(f"{SEARCH}?{query}", token=world.first.token)).status in (400, 422)


@pytest.mark.parametrize("query", ["'%20%7C%208.x", "&%7C!()", "%5C'", "a:*%20%26%20b", "~", "%F0%9F%8E%89"])
async def test_signs_of_a_query_language_mean_nothing(ask, world, query):
    assert (await ask.get(f"{SEARCH}?query={query}", token=world.first.token)).status == 200


@with_settings(rate_per_s=1_000)
async def test_the_sixty_first_search_of_a_minute_is_refused(ask, world, settings):
    statuses = [(await ask.get(SEARCH, token=world.first.token)).status for _ in range(60)]
    told = await ask.get(SEARCH, token=world.first.token)

    assert statuses == [200] * 60
    assert (told.status, told.json["error"]) == (429, "Too many requests")
    assert told.header("retry-after") == "1"
    assert (await ask.get(SEARCH, token=world.colleague_token)).status == 200


def test_a_limit_of_its_own_fills_again():
    now = [0.0]
    limiter = Limiter(1.0, clock=lambda: now[0])
    limiter.take_of("a", most=1, within_s=60)
    with pytest.raises(RateLimited):
        limiter.take_of("a", most=1, within_s=60)

    now[0] = 60.0

    limiter.take_of("a", most=1, within_s=60)


async def test_names_are_found_where_clients_are_listed_too(ask, world, lead):
    told = await ask.get("/platform/v1/clients?search_term=dana%20le", token=world.first.token)

    assert [client["uid"] for client in told.json["data"]["clients"]] == [lead["uid"]]
