"""Recent requests and the full history: who sees what, and how it is asked for."""

import re

import pytest

from leadhall.web.portal.reach import MENU_MOST
from tests.web.leads import send_lead


async def test_who_is_not_logged_in_is_asked_to(reader):
    assert "Log in to see full request history" in await reader.text("/docs/requests")
    assert "Log in to see full request history" in await reader.text("/docs/recent/create-a-lead")


async def test_an_operation_without_requests_says_so(owner_reads):
    assert "No requests yet" in await owner_reads.text("/docs/recent/create-a-lead")


async def test_a_request_appears_beside_its_operation(ask, owner_reads, world):
    lead = await send_lead(ask, world.first.token)

    assert lead["request_id"] in await owner_reads.text("/docs/recent/create-a-lead")


async def test_a_refused_request_is_in_the_history_with_its_fault(ask, owner_reads, world):
    told = await ask.post("/platform/v1/leadgen", token=world.first.token, json={"email": "x"})
    page = await owner_reads.text("/docs/requests?status=422")
    one = await owner_reads.text(f"/docs/requests/{told.json['request_id']}")

    assert told.json["request_id"] in page
    assert "/docs/errors#missing" in one


async def test_a_request_opens_to_its_exact_body_answer_and_trace(ask, owner_reads, world):
    lead = await send_lead(ask, world.first.token, request_title="Tiles & taps")
    page = await owner_reads.text(f"/docs/requests/{lead['request_id']}")

    assert "Tiles &amp; taps" in page
    assert lead["conversation_uid"] in page
    assert "A new client was made" in page


async def test_a_foreign_request_is_answered_as_a_missing_one(ask, owner_reads, world):
    lead = await send_lead(ask, world.outsider.business.token)
    foreign = await owner_reads.get(f"/docs/requests/{lead['request_id']}")
    missing = await owner_reads.get("/docs/requests/0000000000000000")

    assert (foreign.status, foreign.json["errors"]) == (missing.status, missing.json["errors"])
    assert foreign.status == 404


async def test_naming_a_foreign_business_shows_nothing_of_it(ask, owner_reads, world):
    lead = await send_lead(ask, world.outsider.business.token)
    page = await owner_reads.text(f"/docs/requests?business={world.outsider.business.uid}")

    assert lead["request_id"] not in page


async def test_a_directory_chooses_among_its_businesses(ask, reader, world):
    first = await send_lead(ask, world.first.token)
    second = await send_lead(ask, world.second.token)
    await reader.log_in(world.directory.token)
    page = await reader.text(f"/docs/requests?business={world.second.uid}")

    assert second["request_id"] in page
    assert first["request_id"] not in page


async def test_a_request_that_reached_no_business_is_seen_by_its_own_token_alone(ask, reader, world):
    told = await ask.post("/platform/v1/leadgen", token=world.directory.token, json={"email": "x"})
    await reader.log_in(world.directory.token)
    own = await reader.text("/docs/requests?business=none")
    await reader.log_in(world.app.free_token)
    others = await reader.text("/docs/requests?business=none")

    assert told.json["request_id"] in own
    assert told.json["request_id"] not in others


async def test_who_may_not_read_clients_sees_keys_and_shapes_only(ask, reader, world):
    lead = await send_lead(ask, world.directory.website_token, business_id=world.first.uid, request_title="Secret bath")
    await reader.log_in(world.directory.website_token)
    page = await reader.text(f"/docs/requests/{lead['request_id']}?business={world.first.uid}")

    assert "Secret bath" not in page
    assert "request_title" in page


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("verdict=accepted", True),
        ("verdict=held", False),
        ("status=201", True),
        ("operation=create_partner_lead", False),
        ("text=Kitchen", True),
        ("text=Bathroom", False),
        ("since=2020-01-01", True),
        ("until=2020-01-01", False),
    ],
)
async def test_the_history_is_filtered(ask, owner_reads, world, filters, found):
    lead = await send_lead(ask, world.first.token)

    assert (lead["request_id"] in await owner_reads.text(f"/docs/requests?{filters}")) is found


@pytest.mark.parametrize("query", ["status=abc", "since=yesterday", "status=1&status=2"])
async def test_a_filter_that_cannot_be_read_is_refused(owner_reads, query):
    assert (await owner_reads.get(f"/docs/requests?{query}")).status in {400, 422}


async def test_older_requests_follow_on_further_pages(ask, owner_reads, world, monkeypatch):
    monkeypatch.setattr("leadhall.web.portal.requests.PAGE_ROWS", 2)
    sent = [(await send_lead(ask, world.first.token))["request_id"] for _ in range(3)]
    first = await owner_reads.text("/docs/requests")
    second = await owner_reads.text(re.search(r'href="(/docs/requests\?below[^"]+)"', first)[1])

    assert [uid in first for uid in sent] == [False, True, True]
    assert [uid in second for uid in sent] == [True, False, False]


async def test_a_wrong_token_is_told_so_and_keeps_no_cookie(reader):
    told = await reader.log_in("lh_staff_nobody")

    assert told.status == 401
    assert told.header("set-cookie") is None
    assert b"not known here" in told.content


async def test_a_session_ends_with_its_token(owner_reads, world, owner):
    await owner.execute("update token set revoked_at = now()")
    owner_reads._ask._app._router._services.doorkeeper._memory.__init__()

    assert "Log in" in await owner_reads.text("/docs/requests")


async def test_a_cookie_that_we_did_not_make_is_nobody(reader):
    for cookie in ("leadhall-docs=AAAA", "leadhall-docs=", "leadhall-docs=%ff", "=;;;"):
        reader.cookie = cookie
        assert "Log in" in await reader.text("/docs/requests")


async def test_a_form_of_another_site_is_refused(reader, world):
    told = await reader.log_in(world.first.token, sec_fetch_site="cross-site")

    assert told.status == 400
    assert told.header("set-cookie") is None


async def test_logging_out_needs_the_sessions_own_mark(owner_reads):
    page = await owner_reads.text("/docs/requests")
    forged = await owner_reads.send("/docs/logout", {})
    meant = await owner_reads.send("/docs/logout", {"csrf": re.search(r'name="csrf" value="(\w+)"', page)[1]})

    assert forged.status == 400
    assert (meant.status, "Max-Age=0" in meant.header("set-cookie")) == (303, True)


@pytest.mark.parametrize(
    "place", ["https://evil.example", "//evil.example", "/docs//evil", "/docs\\evil", "/inbox", ""]
)
async def test_after_logging_in_one_never_lands_elsewhere(reader, world, place):
    told = await reader.send("/docs/login", {"token": world.first.token, "next": place})

    assert told.header("location") == "/docs/requests"


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(reader, world):
    told = await reader.log_in(world.first.token)

    assert "HttpOnly; SameSite=Lax" in told.header("set-cookie")
    assert world.first.token not in told.header("set-cookie")


async def test_a_logged_request_begins_try_it(ask, owner_reads, world):
    lead = await send_lead(ask, world.first.token, request_title="</script><b>")
    page = await owner_reads.text(f"/docs/reference/create-a-lead?open={lead['request_id']}")

    assert '"opened": {"body": {' in page
    assert "</script><b>" not in page


# of many businesses


@pytest.fixture
async def ten_thousand(owner, world):
    """So many more businesses of the directory; the newest alone is called Zenith Roofing."""
    await owner.execute(
        """insert into business (uid, directory_id, name)
           select 'many' || n, $1, case n when 10000 then 'Zenith Roofing' else 'Shop ' || n end
             from generate_series(1, 10000) n""",
        world.directory.id,
    )


def offered(page):
    """The names in the menu, and the one that is chosen."""
    options = re.findall(r'<option value="[^"]+"( selected)?>([^<]+)</option>', page)
    return [name for _, name in options], [name for selected, name in options if selected]


@pytest.mark.usefixtures("ten_thousand")
@pytest.mark.parametrize("page", ["requests", "webhooks"])
async def test_of_ten_thousand_businesses_one_is_found_by_a_part_of_its_name(reader, world, page):
    await reader.log_in(world.directory.token)
    whole = await reader.text(f"/docs/{page}")
    found = await reader.text(f"/docs/{page}?find=%20zenith%20r")

    assert 'name="find"' in whole
    assert "Zenith Roofing" not in whole
    assert len(offered(whole)[0]) <= MENU_MOST + 1
    assert offered(found)[1] == ["Zenith Roofing"]
    assert "Shop 7" not in offered(found)[0]


@pytest.mark.usefixtures("ten_thousand")
async def test_a_business_that_the_menu_does_not_list_is_shown_when_it_is_named(reader, world):
    await reader.log_in(world.directory.token)
    names, chosen = offered(await reader.text("/docs/requests?business=many9999&find=zenith"))

    assert names[:2] == ["Shop 9999", "Zenith Roofing"]
    assert chosen == ["Shop 9999"]


@pytest.mark.usefixtures("ten_thousand")
async def test_what_no_name_holds_is_said_and_the_menu_stays(reader, world):
    await reader.log_in(world.directory.token)
    page = await reader.text("/docs/requests?find=<b>nobody")

    assert "a name that holds “<bdi>&lt;b&gt;nobody</bdi>”" in page
    assert "Acme Plumbing" in offered(page)[0]


async def test_of_few_businesses_none_is_looked_for(reader, world):
    await reader.log_in(world.directory.token)

    assert 'name="find"' not in await reader.text("/docs/requests")


async def test_a_search_finds_no_business_of_others(reader, world):
    await reader.log_in(world.directory.token)

    assert "Corner Law" not in await reader.text("/docs/requests?find=corner")
