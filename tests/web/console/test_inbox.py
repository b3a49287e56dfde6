"""The inbox: what lies where, how it is found, what is done to many, and what waits to be completed."""

import asyncio
import re

import pytest

from leadhall.web.live import Place
from tests.web.console.browsing import csrf_in, signed_in, words_of
from tests.web.leads import send_lead


def listed(page):
    return re.findall(r'id="lead-([a-z0-9]{16})"', page)


@pytest.fixture
async def three(ask, world):
    """Leads in the order they came."""
    token = world.first.token
    return [
        (await send_lead(ask, token, first_name=name, email=f"{name.lower()}@x.example", **more))["conversation_uid"]
        for name, more in (
            ("Uma", {"source": "Fair", "tags": "kitchen", "phone": "+1 415 555 0132"}),
            ("Vic", {"source": "Website", "message_data": {"Message": "A worktop of quartz"}}),
            ("Wes", {"status": "customer"}),
        )
    ]


async def test_it_lands_on_what_needs_an_answer_the_longest_waiting_first(ann, three):
    page = await ann.text("/inbox")

    assert listed(page) == three
    assert "<title>(3) Needs an answer" in page
    assert "Uma" in words_of(page)


async def test_another_business_sees_none_of_it(ask, owner, three):
    ben = await signed_in(ask, owner, "ben@bright.example")
    assert listed(await ben.text("/inbox?folder=all")) == []
    await ben.text(f"/inbox/{three[0]}", status=404)


async def test_filters_leave_what_passes_them(ann, three):
    uma, _, wes = three

    assert listed(await ann.text("/inbox?folder=all&source=Fair")) == [uma]
    assert listed(await ann.text("/inbox?folder=all&tag=kitchen")) == [uma]
    assert listed(await ann.text("/inbox?folder=all&status=customer")) == [wes]
    assert listed(await ann.text("/inbox?folder=all&since=2020-01-01&until=2020-12-31")) == []
    await ann.text("/inbox?since=yesterday", status=422)


async def test_people_are_found_by_email_and_by_number_in_any_spelling(ann, three):
    assert listed(await ann.text("/inbox?q=VIC@x.example")) == [three[1]]
    assert listed(await ann.text("/inbox?q=(415)%20555-0132")) == [three[0]]
    assert "Nothing was found" in await ann.text("/inbox?q=zzzzzz")


async def test_many_are_archived_marked_as_spam_and_tagged_at_once(ann, three, owner):
    first, second, third = three
    mark = csrf_in(await ann.text("/inbox"))

    def many(act, *uids, **more):
        fields = [("uid", uid) for uid in uids] + [("act", act), ("csrf", mark), *more.items()]
        return ann.post("/inbox/many", fields)

    assert (await many("archive", first)).header("location") == "/inbox?told=archived"
    await many("spam", second)
    await many("tag", third, tag="urgent")
    assert listed(await ann.text("/inbox")) == [third]
    assert listed(await ann.text("/inbox?folder=archived")) == [first]
    assert listed(await ann.text("/inbox?folder=spam")) == [second]
    assert "urgent" in await ann.text("/inbox")
    assert "Nothing was chosen" in await ann.text((await many("archive")).header("location"))


async def test_a_page_goes_on_where_the_last_one_ended(ann, three, monkeypatch):
    monkeypatch.setattr("leadhall.web.console.inbox.PER_PAGE", 2)
    page = await ann.text("/inbox")
    older = re.search(r'href="([^"]+)" rel="next"', page)[1].replace("&amp;", "&")

    assert listed(page) == three[:2]
    assert listed(await ann.text(older)) == three[2:]


async def test_an_empty_inbox_says_what_to_do_and_a_test_lead_comes(ann, owner, world):
    page = await ann.text("/inbox")
    assert "Send yourself a test lead" in page

    await ann.post("/inbox/test-lead", {"csrf": csrf_in(page)})
    page = await ann.text("/inbox")
    assert "A test lead" in page
    assert ">Test<" in page
    assert await owner.fetchval("select is_test from conversation where business_id = $1", world.first.id)


async def test_a_refused_request_is_completed_by_hand(ann, ask, world):
    refused = await ask.post(
        "/platform/v1/leadgen",
        token=world.first.token,
        json={"identifier_type": "email", "email": "x@y.example", "request_title": "Call me"},
    )
    uid = refused.json["request_id"]
    page = await ann.text("/inbox/attention")
    assert "First name is missing" in page

    await ann.post(f"/inbox/attention/{uid}", {}, csrf_of="/inbox/attention", status=422)
    told = await ann.post(f"/inbox/attention/{uid}", {"first_name": "Xena"}, csrf_of="/inbox/attention")
    assert "Xena" in await ann.text(told.header("location"))
    assert "Nothing needs attention" in await ann.text("/inbox/attention")


async def test_what_a_dead_token_brought_is_released_with_one_press_or_set_aside(ann, ask, world, services):
    held = []
    for email in ("a@x.example", "b@x.example"):
        lead = {"identifier_type": "email", "email": email, "first_name": "Hal", "request_title": "T"}
        held.append((await ask.post("/platform/v1/leadgen", token=world.expired_token, json=lead)).json["request_id"])
    page = await ann.text("/inbox/attention")
    assert all(uid in page for uid in held)

    told = await ann.post(f"/inbox/attention/{held[0]}", csrf_of="/inbox/attention")
    assert "Hal" in await ann.text(told.header("location"))
    await ann.post(f"/inbox/attention/{held[1]}/aside", csrf_of="/inbox/attention")
    assert "Nothing needs attention" in await ann.text("/inbox/attention")


async def test_browsers_hear_of_a_new_lead_at_once(ann, ask, world, services, app_pool):
    mark = re.search(r"/inbox/live\?mark=(\w+)", await ann.text("/inbox"))[1]
    place = Place(world.first.id)
    stream = services.live.open(place, user="u", mark=mark)
    assert await anext(stream) == b"retry: 2000\n\n"

    await send_lead(ask, world.first.token)
    assert (await asyncio.wait_for(anext(stream), 4)).startswith(b"event: changed")
    await stream.aclose()
    assert services.live.streams == 0
