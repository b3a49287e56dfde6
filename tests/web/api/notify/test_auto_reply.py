"""A business words its auto-reply; what cannot be rendered is not kept."""

import pytest

URL = "/ext/v1/auto-reply"
OWN = {"subject": "Danke von {{ business.name }}", "text": "Hallo {{ first_name }}!\n\nBis bald."}


async def preview(ask, token):
    told = await ask.get(URL, token=token)
    assert told.status == 200, told.content
    return told.json["data"]


async def test_without_one_of_its_own_the_built_in_wording_is_shown(ask, world):
    data = await preview(ask, world.first.token)

    assert data["wording"] is None
    assert "Dana" in data["preview"]["text"]
    assert "Acme Plumbing" in data["preview"]["subject"]


async def test_a_wording_is_kept_shown_and_taken_back(ask, owner, world):
    told = await ask("PUT", URL, token=world.first.token, json=OWN)
    assert told.json["data"] == {
        "wording": OWN,
        "preview": {"subject": "Danke von Acme Plumbing", "text": "Hallo Dana!\n\nBis bald."},
    }
    assert (await preview(ask, world.second.token))["wording"] is None
    assert await owner.fetchval("select act from audit order by at desc limit 1") == "auto_reply/worded"

    assert (await ask("DELETE", URL, token=world.first.token)).status == 200
    assert (await preview(ask, world.first.token))["wording"] is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": "{% for x in (1..9) %}x{% endfor %}"}, "text"),
        ({"text": "{{ lead.message }}"}, "text"),
        ({"subject": "{{ oops"}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"text": "x" * 4_001}, "text"),
        ({"text": "{{ first_name }}"}, "text"),  # blank for who gave no name
    ],
    ids=str,
)
async def test_what_cannot_be_rendered_is_refused_with_where_and_why(ask, world, changed, field):
    told = await ask("PUT", URL, token=world.first.token, json=OWN | changed)

    assert (told.status, [each["field"] for each in told.json["errors"]]) == (422, [field])
    assert (await preview(ask, world.first.token))["wording"] is None


async def test_both_parts_are_needed(ask, world):
    told = await ask("PUT", URL, token=world.first.token, json={"subject": "x"})

    assert (told.status, told.json["errors"][0]["code"]) == (422, "missing")
