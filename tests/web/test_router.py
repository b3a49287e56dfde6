"""What is answered where, and to whom: 404, 405, HEAD, ids, and the row each call leaves behind."""

import pytest

from tests.web.leads import send_lead


@pytest.fixture
def rows(services, owner):
    async def rows():
        await services.behind.flush()
        return [dict(row) for row in await owner.fetch("select * from request_log where operation <> 'create_lead'")]

    return rows


@pytest.mark.parametrize("path", ["/nope", "/platform/v1/clients/", "//livez", "/livez/", "/apigw/livez", "*", ""])
async def test_a_path_that_nothing_answers_is_a_404_in_our_words(ask, path):
    told = await ask.get(path)

    assert told.status == 404
    assert (told.json["status"], told.json["error_code"]) == ("Error", "not_found")
    assert told.json["request_id"] == told.header("x-request-id")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
async def test_a_method_that_a_path_does_not_take_is_a_405_that_lists_those_it_does(ask, method):
    told = await ask(method, "/platform/v1/conversations")

    assert (told.status, told.json["error_code"]) == (405, "method")
    assert told.header("allow") == "GET, HEAD"


@pytest.mark.parametrize("path", ["/platform/v1/messages", "/apigw/platform/v1/messages"])
async def test_messages_are_no_list_as_upstream_has_none(ask, world, path):
    got, head = [await ask(method, path, token=world.first.token) for method in ("GET", "HEAD")]
    put = await ask("PUT", path, token=world.first.token)

    assert (got.status, got.json["error_code"], head.status) == (404, "not_found", 404)
    assert (put.status, put.header("allow")) == (405, "POST")


async def test_a_wrong_method_on_intake_reaches_intake_and_is_logged_there(ask, owner):
    told = await ask.get("/platform/v1/leadgen")

    assert (told.status, told.header("allow")) == (405, "POST")
    assert await owner.fetchval("select status from request_log where operation = 'create_lead'") == 405


@pytest.mark.parametrize("path", ["/livez", "/", "/openapi.json", "/nope"])
async def test_a_head_is_answered_like_a_get_without_its_body(ask, path):
    head, get = await ask("HEAD", path), await ask.get(path)

    assert head.status == get.status
    assert head.content == b""
    assert head.header("content-length") == str(len(get.content))


async def test_every_answer_has_an_id_of_its_own_and_may_not_be_stored(ask, world):
    told = [await ask.get(path, token=world.first.token) for path in ("/livez", "/nope", "/platform/v1/clients", "/")]

    assert len({each.header("x-request-id") for each in told}) == 4
    assert {each.header("cache-control") for each in told} == {"no-store"}
    assert {each.header("x-content-type-options") for each in told} == {"nosniff"}


async def test_a_call_leaves_a_row_with_what_was_asked(ask, world, rows):
    told = await ask.get(
        "/platform/v1/clients?per_page=3",
        token=world.first.token,
        headers={"x-request-id": "theirs", "user-agent": "curl/8"},
        ip="198.51.100.7",
    )
    [row] = await rows()

    assert row["uid"] == told.header("x-request-id")
    assert (row["business_id"], row["operation"], row["status"]) == (world.first.id, "list_clients", 200)
    assert (row["verdict"], row["client_request_id"], row["user_agent"]) == ("accepted", "theirs", "curl/8")
    assert (str(row["ip"]), row["facts"]) == ("198.51.100.7", {"query": {"per_page": "3"}})
    assert row["duration_us"] > 0


async def test_a_refused_call_leaves_a_row_with_its_faults(ask, world, rows):
    await ask.get("/platform/v1/clients?page=0", token=world.first.token)
    [row] = await rows()

    assert (row["status"], row["verdict"]) == (422, "refused")
    assert row["facts"]["faults"][0]["field"] == "page"


async def test_a_directorys_call_is_logged_with_the_business_it_was_for(ask, world, rows):
    headers = {"x-on-behalf-of": world.second.uid}
    await ask.get("/platform/v1/clients", token=world.directory.token, headers=headers)
    [row] = await rows()

    assert row["business_id"] == world.second.id


async def test_an_unknown_token_leaves_ten_rows_a_minute_and_none_tells_the_query(ask, services, rows):
    for _ in range(12):
        told = await ask.get("/platform/v1/clients?search_term=x", token="nobody's", ip="198.51.100.7")
        assert told.status == 401
    left = await rows()

    assert len(left) == 10
    assert {row["business_id"] for row in left} == {0}
    assert all("query" not in row["facts"] for row in left)
    assert b"leadhall_rows_refused_total 2.0" in services.metrics.text()


async def test_no_row_and_no_answer_ever_holds_a_token(ask, world, rows):
    told = await ask.get("/platform/v1/clients", token=world.first.token)
    left = repr(await rows()) + repr(told)

    assert world.first.token not in left


async def test_a_search_for_a_person_is_marked_so_that_erasure_finds_it(ask, world, rows, key):
    await ask.get("/platform/v1/clients?search_by=email&search_term=Dana@Example.com", token=world.first.token)
    await ask.get("/platform/v1/clients?search_by=phone&search_term=415-555-0132", token=world.first.token)
    by_email, by_phone = sorted(await rows(), key=lambda row: row["uid"])

    assert by_email["email_mark"] == key.mark("dana@example.com")
    assert by_phone["phone_mark"] == key.mark("+14155550132")


async def test_probes_and_pages_leave_no_rows(ask, rows):
    for path in ("/livez", "/readyz", "/metrics", "/", "/openapi.json", "/nope"):
        await ask.get(path)

    assert await rows() == []


async def test_an_ambiguous_head_is_refused_before_anybody_is_asked_who_calls(ask, world, rows):
    told = await ask.get("/platform/v1/clients", token=world.first.token, headers={"host": ""})

    assert (told.status, told.json["errors"][0]["field"]) == (400, "host")


async def test_a_token_read_at_an_ip_it_may_not_come_from_is_unknown(ask, world, owner):
    await owner.execute("update token set cidrs = '{10.0.0.0/8}'")
    told = await ask.get("/platform/v1/clients", token=world.first.token, ip="198.51.100.7")

    assert (told.status, told.json["errors"][0]["code"]) == (401, "token_unknown")


@pytest.mark.parametrize(("token", "code"), [("expired_token", "token_expired"), ("revoked_token", "token_revoked")])
async def test_a_dead_token_is_told_what_it_died_of(ask, world, token, code):
    told = await ask.get("/platform/v1/clients", token=getattr(world, token))

    assert (told.status, told.json["errors"][0]["code"]) == (401, code)
    assert told.header("www-authenticate").startswith("Bearer")


async def test_a_full_server_turns_one_ip_away_and_still_answers_probes(ask, world, services):
    flights = [services.in_flight.one("198.51.100.7") for _ in range(50)]
    for flight in flights:
        flight.__enter__()

    busy = await ask.get("/platform/v1/clients", token=world.first.token, ip="198.51.100.7")
    alive = await ask.get("/livez", ip="198.51.100.7")

    assert (busy.status, busy.json["error_code"], busy.header("retry-after")) == (503, "busy", "1")
    assert alive.status == 200
    for flight in flights:
        flight.__exit__(None, None, None)


async def test_requests_are_counted_by_operation_and_status(ask, world, services):
    await ask.get("/platform/v1/clients", token=world.first.token)
    await ask.get("/nope")
    await send_lead(ask, world.first.token)

    text = services.metrics.text().decode()
    assert 'leadhall_requests_total{operation="list_clients",status="200"} 1.0' in text
    assert 'leadhall_requests_total{operation="none",status="404"} 1.0' in text
    assert 'leadhall_requests_total{operation="create_lead",status="201"} 1.0' in text
    assert 'leadhall_verdicts_total{operation="create_lead",verdict="accepted"} 1.0' in text
    assert "leadhall_batch_leads_sum 1.0" in text
