"""Which webhooks come of what happened, and what they tell."""

import html
import json

import pytest

from leadhall.events.catalogue import EVENTS
from leadhall.events.outbox import OutboxEvent, append_event
from leadhall.tenancy.apps import NewApp, create_app, install_app, uninstall_app
from leadhall.tenancy.staff import NewStaff, add_staff
from leadhall.webhooks.endpoints import Owner
from leadhall.webhooks.fanout import Audience, ask_for_test
from tests.web.asking import Asker
from tests.web.conftest import app, plain_logs, running, services, settings  # noqa: F401 - fixtures of the whole app
from tests.web.leads import send_lead

LEAD = ("lead/created", "client/created", "conversation_item/created", "tag/add")


@pytest.fixture
def ask(app):  # noqa: F811
    return Asker(app)


@pytest.fixture
def fan(worker_pool):
    """The deliveries of every row that waits in the outbox, as (event, endpoint, payload)."""

    async def fan():
        async with worker_pool.acquire() as connection:
            rows = await connection.fetch("select business_id, uid, kind, facts, created_at from outbox order by uid")
            events = [OutboxEvent(**row) for row in rows]
            return await (await Audience.of(connection, events)).deliveries(events)

    return fan


def told(deliveries, name):
    return [json.loads(each.payload["body"]) for each in deliveries if each.payload["event"] == name]


async def test_nothing_is_made_when_nobody_asked(ask, world, fan):
    await send_lead(ask, world.first.token)

    assert await fan() == []


async def test_a_lead_is_told_in_upstreams_shapes_with_our_keys(ask, world, fan, endpoint):
    id_, _ = await endpoint(*LEAD)
    lead = await send_lead(ask, world.first.token, tags="web,new", message_data={"Note": "<b>5 & 6</b>"}, phone="1234")
    made = await fan()

    assert [each.payload["event"] for each in made] == [*LEAD, "tag/add"]
    assert {(each.kind, each.channel, each.endpoint_id, each.lead_uid) for each in made} == {
        ("webhook", "webhook", id_, lead["conversation_uid"])
    }
    [body] = told(made, "lead/created")
    assert (body["entity_name"], body["event_type"]) == ("lead", "created")
    data = body["data"]
    assert data["client_id"] == lead["uid"]
    assert data["conversation_uid"] == data["lead_uid"] == lead["conversation_uid"]
    assert (data["is_new_client"], data["title"], data["business_id"]) == (True, "Kitchen", world.first.uid)
    assert data["phone"] == "1234"
    assert data["client_revision"] == 1
    [item] = told(made, "conversation_item/created")
    assert html.unescape(item["data"]["text"]) == "Note: <b>5 & 6</b>"
    assert "<b>" not in item["data"]["text"]
    assert [each["data"]["name"] for each in told(made, "tag/add")] == ["web", "new"]


async def test_every_body_is_what_its_struct_says(ask, world, fan, endpoint):
    await endpoint(*LEAD)
    await send_lead(ask, world.first.token, tags="web")

    for each in await fan():
        data = json.loads(each.payload["body"])["data"]
        assert set(data) == set(EVENTS[each.payload["event"]].sample_payload["data"])


async def test_a_known_clients_lead_tells_what_changed(ask, world, fan, endpoint, owner):
    await send_lead(ask, world.first.token, email="a@example.com")
    await owner.execute("delete from outbox")
    await endpoint(*LEAD, "client/updated")
    await send_lead(ask, world.first.token, email="a@example.com", phone="+14155550132", tags="late")
    made = await fan()

    assert [each.payload["event"] for each in made] == [
        "lead/created", "conversation_item/created", "client/updated", "tag/add",
    ]  # fmt: skip
    assert told(made, "client/updated")[0]["data"]["client_revision"] == 2
    assert told(made, "lead/created")[0]["data"]["is_new_client"] is False
    assert told(made, "tag/add")[0]["data"]["name"] == "late"


async def test_a_test_lead_says_so(ask, world, fan, endpoint):
    await endpoint()
    await send_lead(ask, world.test_token)

    assert told(await fan(), "lead/created")[0]["data"]["is_test"] is True


async def test_each_delivery_has_a_name_of_its_own_that_stays_the_same(ask, world, fan, endpoint):
    await endpoint(*LEAD)
    await endpoint(*LEAD, url="https://example.com/other")
    await send_lead(ask, world.first.token, tags="a,b")
    names = [each.dedupe for each in await fan()]

    assert len(names) == len(set(names)) == 10
    assert names == [each.dedupe for each in await fan()]


async def test_who_hears_of_a_business_is_the_business_its_directory_and_its_apps(ask, world, fan, endpoint):
    owners = {
        "own": Owner("business", world.first.id, world.directory.id),
        "directorys": Owner("directory", world.first.id, world.directory.id),
        "directory_wide": Owner("directory", 0, world.directory.id),
        "apps": Owner("app", world.first.id, world.directory.id, world.app.id),
        "app_wide": Owner("app", 0, world.directory.id, world.app.id),
    }
    strangers = {
        "siblings": Owner("business", world.second.id, world.directory.id),
        "outsiders": Owner("business", world.outsider.business.id, world.outsider.directory.id),
        "other_directory": Owner("directory", 0, world.outsider.directory.id),
    }
    for name, each in (owners | strangers).items():
        await endpoint(url=f"https://example.com/{name}", of=each)
    await send_lead(ask, world.first.token)

    assert {each.recipient.rpartition("/")[2] for each in await fan()} == set(owners)


async def test_an_app_hears_nothing_of_a_business_that_put_it_out(ask, world, fan, endpoint, owner):
    await endpoint(of=Owner("app", 0, world.directory.id, world.app.id))
    await uninstall_app(owner, world.app.id, world.first.id)
    await send_lead(ask, world.first.token)

    assert await fan() == []


async def test_an_app_that_is_put_out_hears_of_that_and_of_no_other_apps_farewell(world, fan, endpoint, owner):
    other, _ = await create_app(owner, world.directory.id, NewApp(name="Another"))
    await install_app(owner, other.id, world.first.id)
    for n, app_id in enumerate((world.app.id, other.id)):
        of = Owner("app", 0, world.directory.id, app_id)
        await endpoint("app/uninstalled", "app/installed", url=f"https://example.com/{n}", of=of)
    await owner.execute("delete from outbox")
    await uninstall_app(owner, world.app.id, world.first.id)
    assert {each.recipient[-1] for each in await fan()} == {"0", "1"}

    await owner.execute("delete from outbox")
    await uninstall_app(owner, other.id, world.first.id)
    [made] = await fan()
    assert made.recipient == "https://example.com/1"
    assert told([made], "app/uninstalled")[0]["data"]["app_id"] == other.uid


async def test_staff_are_told_by_the_names_that_this_business_gave_them(world, fan, endpoint, owner):
    """Beside them stands the login, which is the person's own and serves other businesses too."""
    await owner.execute("update app_user set first_name = 'Secretly'")
    await endpoint("staff/created")
    await add_staff(owner, world.first.id, NewStaff(email="dee@corner.example", display_name="D", first_name="Dee"))

    [body] = told(await fan(), "staff/created")
    assert body["data"]["first_name"] == "Dee"


async def test_a_client_that_is_marked_as_spam_is_told_as_such(ask, world, fan, endpoint, owner):
    lead = await send_lead(ask, world.first.token)
    await owner.execute("delete from outbox")
    await endpoint("client/updated")
    path = f"/platform/v1/clients/{lead['uid']}"
    for spam in (True, True, False):
        await ask("PUT", path, token=world.first.token, json={"spam": spam})
        said = told(await fan(), "client/updated")
        assert said[-1]["data"]["spam"] is spam

    assert [each["data"]["client_revision"] for each in said] == [3, 3]
    assert await owner.fetchval("select updated_at > created_at from client")


async def test_an_endpoint_that_is_off_gets_no_deliveries(ask, world, fan, endpoint, owner):
    await endpoint()
    await owner.execute("update webhook_endpoint set off_at = now()")
    await send_lead(ask, world.first.token)

    assert await fan() == []


@pytest.fixture
async def append(ask, world, owner):
    """A lead has come; append an event that tells of it, alone in the outbox."""

    async def append(name, **facts):
        lead = await send_lead(ask, world.first.token)
        await owner.execute("delete from outbox")
        told = {"client_uid": lead["uid"], "client_revision": 5, "staff_uid": world.first.owner, "tags": ["web"]}
        of_message = {"conversation_uid": lead["conversation_uid"], "message_uid": lead["message_uid"]}
        await append_event(owner, world.first.id, "client", {"events": [name]} | told | of_message | facts)

    return append


@pytest.mark.parametrize("name", EVENTS)
async def test_every_event_of_the_catalogue_is_rendered_whole(fan, endpoint, append, name):
    await endpoint(name)
    whole = EVENTS[name].sample_payload["data"]
    await append(name, data={key: value for key, value in whole.items() if key not in ("lead_uid", "occurred_at")})

    [body] = told(await fan(), name)
    assert set(body["data"]) == set(whole)


async def test_what_is_told_of_is_gone_so_nothing_is_told(ask, world, fan, endpoint, owner):
    await endpoint("client/updated", "staff/created")
    await append_event(owner, world.first.id, "client", {"events": ["client/updated"], "client_uid": "nobody"})
    await append_event(owner, world.first.id, "staff", {"events": ["staff/created", "no/such"], "staff_uid": "nobody"})

    assert await fan() == []


async def test_a_test_goes_to_its_endpoint_alone_whatever_that_subscribed_to(fan, endpoint, owner, world):
    id_, _ = await endpoint("lead/created")
    await endpoint("client/updated", url="https://example.com/other")
    message_id = await ask_for_test(owner, world.first.id, id_, "client/updated")

    [made] = await fan()
    assert (made.dedupe, made.endpoint_id, made.kind) == (message_id, id_, "webhook_test")
    assert told([made], "client/updated")[0]["data"]["is_test"] is True
