"""One logged request: what is told of it, and running it again from its page."""

import json
import re
from html import unescape

import pytest

from tests.web.leads import send_lead

CSRF = re.compile(r'name="csrf" value="(\w+)"')
KEY = re.compile(r'name="key" value="([^"]+)"')


async def again(reader, uid, business, **fields):
    page = await reader.text(f"/docs/requests/{uid}?business={business}")
    csrf = {"csrf": CSRF.search(page)[1]}
    return await reader.send(f"/docs/requests/{uid}/again?business={business}", csrf | fields)


async def test_a_dry_run_shows_what_is_decided_otherwise_today(ask, owner_reads, world, owner):
    lead = await send_lead(ask, world.first.token)
    page = (await again(owner_reads, lead["request_id"], world.first.uid)).content.decode()

    assert 'diff--then"><span class="diff-when">then</span> <span class="diff-text">A new client was made' in page
    assert (
        'diff--now"><span class="diff-when">today</span> <span class="diff-text">An existing client was found' in page
    )
    assert await owner.fetchval("select count(*) from lead") == 1


async def test_it_is_stored_once_when_that_is_agreed_to(ask, owner_reads, world, owner):
    lead = await send_lead(ask, world.first.token, notifications="email")
    tried = (await again(owner_reads, lead["request_id"], world.first.uid)).content.decode()
    agreed = {"key": KEY.search(tried)[1], "act": "apply"}
    first = await again(owner_reads, lead["request_id"], world.first.uid, **agreed)
    second = await again(owner_reads, lead["request_id"], world.first.uid, **agreed)

    assert (first.status, second.status) == (303, 303)
    assert await owner.fetchval("select count(*) from lead") == 2
    assert await owner.fetchval("select facts -> 'notifications' from outbox order by uid desc limit 1") == []
    assert lead["request_id"] in await owner_reads.text(first.header("location"))


async def test_a_request_of_another_business_cannot_be_run(ask, owner_reads, world):
    own = await send_lead(ask, world.first.token)
    foreign = await send_lead(ask, world.outsider.business.token)
    page = await owner_reads.text(f"/docs/requests/{own['request_id']}")
    told = await owner_reads.send(f"/docs/requests/{foreign['request_id']}/again", {"csrf": CSRF.search(page)[1]})

    assert told.status == 404


async def test_running_needs_the_sessions_own_mark(ask, owner_reads, world, owner):
    lead = await send_lead(ask, world.first.token)
    told = await owner_reads.send(f"/docs/requests/{lead['request_id']}/again", {"act": "apply"})

    assert told.status == 400
    assert await owner.fetchval("select count(*) from lead") == 1


async def test_a_slip_in_a_key_is_told(ask, owner_reads, world):
    told = await ask.post("/platform/v1/leadgen", token=world.first.token, json={"emial": "a@b.example"})
    page = await owner_reads.text(f"/docs/requests/{told.json['request_id']}")

    assert "<code>emial</code> is no field here: did you mean <code>email</code>?" in page


async def test_a_warning_tells_what_was_probably_meant(ask, world):
    lead = await send_lead(ask, world.first.token, colour="red", lastname="Levi")

    assert lead["warnings"][1]["message"].endswith("Did you mean last_name?")


async def test_who_may_not_read_clients_sees_neither_answer_nor_code(ask, reader, world):
    lead = await send_lead(ask, world.directory.website_token, business_id=world.first.uid, request_title="Secret bath")
    await reader.log_in(world.directory.website_token)
    page = await reader.text(f"/docs/requests/{lead['request_id']}?business={world.first.uid}")

    assert "Secret bath" not in page
    assert lead["conversation_uid"] not in re.sub(r"<dt>Lead</dt>.*?</dd>", "", page)


async def logged(ask, services, told):
    """The uid of a request to an ordinary operation, once its row is written."""
    await services.behind.flush()
    return told.header("x-request-id")


async def test_a_request_opens_to_its_headers_without_secrets(ask, owner_reads, world, services):
    odd = {"x-shop": "<b>north</b>", "x-api-key": "hunter2hunter2", "cookie": "session=hunter2hunter2"}
    told = await ask.get("/platform/v1/clients", token=world.first.token, headers=odd)
    page = await owner_reads.text(f"/docs/requests/{await logged(ask, services, told)}")

    assert '<span class="t">x-shop</span>: &lt;b&gt;north&lt;/b&gt;' in page
    assert '<span class="t">x-api-key</span>: (secret)' in page
    assert "hunter2hunter2" not in page
    assert world.first.token not in page


async def test_the_answer_of_an_ordinary_operation_is_shown_as_it_was_given(ask, owner_reads, world, services):
    lead = await send_lead(ask, world.first.token)
    told = await ask.get(f"/platform/v1/clients/{lead['uid']}", token=world.first.token)
    page = await owner_reads.text(f"/docs/requests/{await logged(ask, services, told)}")

    assert told.status == 200
    assert as_pre(told.json) in plain(page)


async def test_the_answer_that_held_a_secret_is_not_kept(ask, owner_reads, world, services, owner):
    told = await ask.get("/platform/v1/tokens", token=world.first.token)
    uid = await logged(ask, services, told)

    assert told.status == 201
    assert "Its answers hold secrets, and are not kept." in await owner_reads.text(f"/docs/requests/{uid}")
    assert await owner.fetchval("select answer from request_log where uid = $1", uid) is None


@pytest.mark.parametrize("body", [{}, {"email": "x"}, {"identifier_type": "email", "email": "dana@example.com"}])
@pytest.mark.parametrize("path", ["/platform/v1/leadgen", "/v1/partners/leads"])
@pytest.mark.parametrize("dry", ["false", "true"])
async def test_an_answer_of_intake_is_told_again_to_the_letter(ask, reader, world, path, body, dry):  # noqa: PLR0917
    sent = body | {"business_id": world.first.uid}
    told = await ask.post(path, token=world.directory.token, json=sent, headers={"dry-run": dry, "x-shop": "northern"})
    await reader.log_in(world.directory.token)
    page = await reader.text(f"/docs/requests/{told.header('x-request-id')}?business={world.first.uid}")

    assert as_pre(told.json) in plain(page)
    assert f"authorization: (secret)\ncontent-type: application/json\ndry-run: {dry}\nx-shop: northern" in plain(page)


async def test_who_may_not_read_clients_sees_shapes_of_headers_and_answers(ask, reader, world, services, owner):
    lead = await send_lead(ask, world.first.token)
    told = await ask.get(f"/platform/v1/clients/{lead['uid']}", token=world.first.token, headers={"x-shop": "northern"})
    await reader.log_in(world.directory.website_token)
    page = await reader.text(f"/docs/requests/{await logged(ask, services, told)}?business={world.first.uid}")

    assert '<span class="t">x-shop</span>: text, 8 characters' in page
    assert lead["uid"] not in page


def as_pre(content):
    return json.dumps(content, indent=2, ensure_ascii=False)


def plain(page):
    """The text of a page."""
    return unescape(re.sub(r"<[^>]+>", "", page))
