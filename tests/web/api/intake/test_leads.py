"""`GET /ext/v1/leads/{conversation_uid}`: what was filed, and why."""

import pytest

from tests.web.leads import send_lead


async def shown(ask, token, uid):
    return await ask.get(f"/ext/v1/leads/{uid}", token=token)


async def test_a_lead_is_shown_as_it_was_filed(ask, world):
    sent = await send_lead(
        ask,
        world.first.token,
        email="Dana@Example.com",
        system_message="Hot: https://example.com/x",
        request_data={"Budget": "15,000"},
        message_data={"Referrer": "autumn"},
        source="Site",
    )
    told = await shown(ask, world.first.token, sent["conversation_uid"])
    lead = told.json["data"]["lead"]

    assert told.status == 200
    assert {key: lead[key] for key in ("conversation_uid", "message_uid", "request_id")} == {
        key: sent[key] for key in ("conversation_uid", "message_uid", "request_id")
    }
    assert (lead["client_uid"], lead["business_uid"], lead["title"]) == (sent["uid"], world.first.uid, "Kitchen")
    assert (lead["contact"]["email"], lead["contact"]["first_name"]) == ("Dana@Example.com", "Dana")
    assert lead["message"].startswith("Hot: https://example.com/x")
    assert "Budget: 15,000" in lead["message"]
    assert "Referrer: autumn" in lead["message"]
    assert (lead["operation"], lead["verdict"], lead["is_test"]) == ("create_lead", "accepted", False)


async def test_a_lead_tells_in_words_what_was_decided(ask, world):
    first = await send_lead(ask, world.first.token, email="dana@example.com")
    second = await send_lead(ask, world.first.token, email="dana@example.com", first_name="Dan", phone="call me")

    told = [
        (await shown(ask, world.first.token, each["conversation_uid"])).json["data"]["lead"] for each in (first, second)
    ]

    assert told[0]["trace"][0] == "A new client was made: nobody had this email address yet."
    assert told[1]["trace"][0] == "An existing client was found by email address."
    assert [warning["code"] for warning in told[1]["warnings"]] == ["phone_unreadable"]
    assert told[1]["verdict"] == "accepted_with_warnings"


async def test_a_test_lead_says_that_it_is_one(ask, world):
    sent = await send_lead(ask, world.test_token)
    told = await shown(ask, world.first.token, sent["conversation_uid"])

    assert told.json["data"]["lead"]["is_test"] is True


async def test_anothers_lead_and_none_at_all_are_the_same_404(ask, world):
    theirs = await send_lead(ask, world.outsider.business.token)
    answers = []
    for uid in (theirs["conversation_uid"], "nobody"):
        told = await shown(ask, world.first.token, uid)
        body = told.json
        body.pop("request_id")
        answers.append((told.status, body))

    assert answers[0] == answers[1]
    assert (answers[0][0], answers[0][1]["error_code"]) == (404, "not_found")


@pytest.mark.parametrize("prefix", ["/apigw", "/api2"])
async def test_the_gateways_prefixes_reach_the_same_lead(ask, world, prefix):
    sent = await send_lead(ask, world.first.token)
    told = await ask.get(f"{prefix}/ext/v1/leads/{sent['conversation_uid']}", token=world.first.token)

    assert told.status == 200
