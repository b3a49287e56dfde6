"""History, suggestions, consents and pairs by the API; a person given out and erased."""

import pytest

from tests.web.leads import send_lead


@pytest.fixture
async def uid(ask, world):
    lead = await send_lead(ask, world.first.token, email="dana@example.com", opt_in=True)
    await send_lead(ask, world.first.token, email="dana@example.com", first_name="Dani")
    return lead["uid"]


@pytest.fixture
def get(ask, world):
    async def get(path):
        told = await ask.get(path, token=world.first.token)
        assert told.status == 200, told.content
        return told.json

    return get


async def test_a_suggestion_is_accepted_and_stands_in_the_history(ask, world, uid, get):
    [suggestion] = (await get(f"/ext/v1/clients/{uid}/suggestions"))["suggestions"]
    assert (suggestion["field"], suggestion["value"], suggestion["times"]) == ("first_name", "Dani", 1)
    path = f"/ext/v1/clients/{uid}/suggestions/{suggestion['uid']}"
    told = await ask.post(f"{path}/accept", token=world.first.token)
    assert told.json["data"]["client"]["first_name"] == "Dani"
    assert (await ask.post(f"{path}/dismiss", token=world.first.token)).status == 404

    told = (await get(f"/ext/v1/clients/{uid}/history?field=first_name"))["history"]
    assert [(each["was"], each["becomes"], each["because"]) for each in told] == [
        ("Dana", "Dani", "suggestion"),
        (None, "Dana", "lead"),
    ]


async def test_consents_and_pairs_are_told_and_a_pair_is_dismissed(ask, world, uid, get):
    await send_lead(ask, world.first.token, identifier_type="unique_id", unique_id="c-17", email=None)
    await send_lead(ask, world.first.token, email="dana@example.com", unique_id="c-17")
    [consent] = (await get(f"/ext/v1/clients/{uid}/consents"))["consents"]
    [pair] = (await get("/ext/v1/pairs"))["pairs"]
    assert (consent["value"], consent["act"], pair["because"]) == (True, "intake", "unique_id")

    body = {"a_uid": pair["a_uid"], "b_uid": pair["b_uid"]}
    assert [(await ask.post("/ext/v1/pairs/dismiss", token=world.first.token, json=body)).status for _ in "12"] == [
        200,
        404,
    ]
    assert (await get(f"/ext/v1/pairs?client_uid={uid}"))["pairs"] == []


async def test_a_person_is_given_out_and_erased_by_who_manages_the_business(ask, world, uid, get, services):
    told = await get(f"/ext/v1/clients/{uid}/export")
    assert (told["card"][0]["email"], len(told["conversations"])) == ("dana@example.com", 2)
    refused = [
        await ask.post(f"/ext/v1/clients/{uid}/erase", token=token)
        for token in (world.colleague_token, world.app.token, world.directory.website_token)
    ]
    assert [each.status for each in refused] == [401] * 3
    await services.behind.flush()
    told = await ask.post(f"/ext/v1/clients/{uid}/erase", token=world.first.token)
    assert (told.status, told.json["data"]["clients"], told.json["data"]["conversations"]) == (200, 1, 2)

    assert (await ask.get(f"/platform/v1/clients/{uid}", token=world.first.token)).status == 422
    assert (await ask.post(f"/ext/v1/clients/{uid}/erase", token=world.first.token)).status == 404
