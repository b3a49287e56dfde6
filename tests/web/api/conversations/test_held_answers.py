"""What is held is read by its business alone, and settled once by a person."""

from leadhall.inbound.letters.authentic import Trust
from leadhall.inbound.mail.arrived import Arrived
from leadhall.inbound.mail.taking import MailIn
from leadhall.notify.return_path import return_path
from tests.inbound.letters.written import a_mail
from tests.web.held import DOMAIN

HELD = "/ext/v1/held-answers"


async def held(ask, token):
    told = await ask.get(HELD, token=token)
    assert told.status == 200, told.content
    return told.json["data"]["held"]


async def test_what_is_held_is_told_with_why_and_where_it_would_go(ask, world, came, dana):
    await came("lead")
    [one] = await held(ask, world.first.token)

    assert (one["sender"], one["reason"], one["goes_to"]) == ("eve@elsewhere.example", "other_sender", "business")
    assert one["conversation_uid"] == dana.conversation_uid
    assert one["text"].startswith("Monday is fine.")
    assert await held(ask, world.second.token) == []


async def test_a_released_answer_joins_as_the_leads_once(ask, owner, world, came):
    await came("lead")
    [one] = await held(ask, world.first.token)
    told = await ask.post(f"{HELD}/{one['uid']}/release", token=world.first.token)
    again = await ask.post(f"{HELD}/{one['uid']}/release", token=world.first.token)

    assert (told.status, again.status) == (201, 404)
    message = await owner.fetchrow("select * from message where uid = $1", told.json["data"]["message_uid"])
    assert (message["text"], message["direction"]) == ("Monday is fine.", "client_to_business")
    assert await owner.fetchval("select text from inbound") is None
    assert await held(ask, world.first.token) == []


async def test_one_in_the_name_of_staff_goes_on_in_the_name_of_who_releases_it(ask, owner, world, came):
    await came("staff")
    [one] = await held(ask, world.first.token)
    told = await ask.post(f"{HELD}/{one['uid']}/release", token=world.colleague_token)

    assert (one["reason"], one["goes_to"], told.status) == ("not_proven_staff", "lead", 201)
    message = await owner.fetchrow("select * from message where uid = $1", told.json["data"]["message_uid"])
    assert (message["direction"], message["staff_uid"]) == ("business_to_client", world.colleague)


async def test_a_dismissed_one_goes_nowhere_and_its_text_is_forgotten(ask, owner, world, came):
    await came("lead")
    [one] = await held(ask, world.first.token)
    told = await ask.post(f"{HELD}/{one['uid']}/dismiss", token=world.first.token)

    assert told.status == 201
    assert tuple(await owner.fetchrow("select fate, text, settled_at is null from inbound")) == ("held", None, False)
    assert await owner.fetchval("select act from audit order by at desc limit 1") == "inbound/dismissed"


async def test_one_that_belongs_to_no_conversation_goes_into_the_one_that_is_named(ask, services, owner, world, dana):
    key = services.key
    to = return_path(key, DOMAIN, business_id=world.first.id, delivery_uid="0m5x4kq2v7d3h8dv")
    await MailIn(services.worker_pool, key, DOMAIN, Trust()).take(Arrived(raw=a_mail("Hello?", to=to)))
    [one] = await held(ask, world.first.token)

    assert (one["reason"], one["goes_to"]) == ("no_report", None)
    unnamed = await ask.post(f"{HELD}/{one['uid']}/release", token=world.first.token)
    named = {"conversation_uid": dana.conversation_uid}
    told = await ask.post(f"{HELD}/{one['uid']}/release", token=world.first.token, json=named)
    assert (unnamed.status, unnamed.json["errors"][0]["field"], told.status) == (422, "conversation_uid", 201)
    assert await owner.fetchval("select text from message where kind <> 'api'") == "Hello?"


async def test_another_business_learns_and_settles_nothing(ask, owner, world, came):
    await came("lead")
    [one] = await held(ask, world.first.token)
    for act in ("release", "dismiss"):
        told = await ask.post(f"{HELD}/{one['uid']}/{act}", token=world.second.token)
        missing = await ask.post(f"{HELD}/0m5x4kq2v7d3h8zz/{act}", token=world.second.token)
        assert (told.status, told.json["error"]) == (missing.status, missing.json["error"])

    assert len(await held(ask, world.first.token)) == 1
