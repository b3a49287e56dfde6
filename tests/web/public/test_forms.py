"""The public form: what a stranger sees and posts, with and without a script, and what its owner gets of it."""

import json
import re
from urllib.parse import urlencode

import pytest

from leadhall.core.errors import Invalid
from leadhall.tenancy.form_keys import FormSettings, change_form_key, revoke_form_key
from tests.web.conftest import with_settings

SITE = "https://example.com"
HONEST = {"first_name": "Dana", "email": "dana@example.org", "message": "When may you come by?", "Budget": "10,000"}
SCRIPT = {"accept": "application/json", "origin": SITE}
BROWSER = {"accept": "text/html,application/xhtml+xml", "origin": SITE, "referer": f"{SITE}/contact"}


def posted(ask, key, answers=HONEST, *, headers=SCRIPT, ip="203.0.113.7"):
    sent = {"content-type": "application/x-www-form-urlencoded", **headers}
    return ask.post(f"/f/{key}", headers=sent, body=urlencode(answers, doseq=True).encode(), ip=ip)


def without_nonce(told):
    return re.sub(rb'nonce="[^"]*"', b"", told.content)


async def rows(owner):
    return await owner.fetch("select * from request_log where operation = 'post_form' order by uid")


async def one_lead(owner):
    return await owner.fetchrow(
        """select l.*, c.first_name, c.email, m.parts
             from lead l join client c on c.uid = l.client_uid join message m on m.uid = l.message_uid"""
    )


@pytest.fixture
async def key_uid(owner, world):
    return await owner.fetchval("select uid from form_key where key = $1", world.form_key)


async def test_a_strangers_answers_become_a_lead_of_the_keys_business(ask, owner, world):
    told = await posted(ask, world.form_key)
    lead, (row,) = await one_lead(owner), await rows(owner)

    assert (told.status, set(told.json)) == (201, {"status", "request_id"})
    assert told.header("access-control-allow-origin") == "*"
    assert (lead["business_id"], lead["first_name"], lead["email"]) == (world.first.id, "Dana", "dana@example.org")
    assert "10,000" in json.dumps(lead["parts"])
    assert (row["uid"], row["verdict"], row["business_id"]) == (told.json["request_id"], "accepted", world.first.id)


async def test_a_browser_without_a_script_is_sent_on_to_thanks(ask, world):
    told = await posted(ask, world.form_key, headers=BROWSER)

    assert (told.status, told.header("location")) == (303, f"/f/{world.form_key}?sent=true")
    assert b"Thank you" in (await ask.get(told.header("location"))).content


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        (f"{SITE}/thanks", f"{SITE}/thanks"),
        ("https://elsewhere.example/", None),
        ("javascript:alert(1)", None),
        (f"{SITE}.elsewhere.example/", None),
        ("http://[", None),
        (f"{SITE}/\r\nset-cookie: a=b", None),
    ],
)
async def test_a_form_goes_on_to_pages_of_its_origins_only(ask, world, wanted, goes_to):
    told = await posted(ask, world.form_key, {**HONEST, "_next": wanted}, headers=BROWSER)

    assert told.header("location") == (goes_to or f"/f/{world.form_key}?sent=true")


@pytest.mark.parametrize("name", ["origin", "referer"])
async def test_a_header_that_is_no_address_breaks_no_form(ask, world, name):
    told = await posted(ask, world.form_key, headers=BROWSER | {name: "http://["})

    assert told.status == 303


async def test_a_page_of_thanks_that_is_no_address_is_refused(owner, key_uid):
    with pytest.raises(Invalid) as refused:
        await change_form_key(owner, key_uid, settings=FormSettings(thanks_url="https://["))
    assert refused.value.first.field == "thanks_url"


async def test_a_key_may_name_a_page_of_thanks_anywhere(ask, owner, world, key_uid):
    await change_form_key(owner, key_uid, settings=FormSettings(thanks_url="https://thanks.example/"))

    assert (await posted(ask, world.form_key, headers=BROWSER)).header("location") == "https://thanks.example/"


@pytest.mark.parametrize(
    ("answers", "headers"),
    [
        ({**HONEST, "_website": "x"}, SCRIPT),
        ({**HONEST, "_took": "300"}, SCRIPT),
        ({**HONEST, "_began": "1.f"}, SCRIPT),
        (HONEST, {"accept": "application/json"}),
    ],
)
async def test_what_looks_like_a_machine_is_held_with_its_body_and_answered_alike(ask, owner, world, answers, headers):
    told = await posted(ask, world.form_key, answers, headers=headers)
    (row,) = await rows(owner)

    assert (told.status, set(told.json)) == (201, {"status", "request_id"})
    assert (row["verdict"], row["business_id"], b"Dana" in row["body"]) == ("held", world.first.id, True)
    assert row["facts"]["faults"][0]["code"] == "suspicious"
    assert await one_lead(owner) is None


async def test_a_form_without_a_name_says_so_and_waits_for_its_owner(ask, owner, world):
    told = await posted(ask, world.form_key, {"email": "dana@example.org", "message": "Hi"})
    (row,) = await rows(owner)

    assert (told.status, told.json["errors"][0]["field"]) == (422, "first_name")
    assert told.header("access-control-allow-origin") == "*"
    assert row["verdict"] == "needs_attention"


async def test_a_browser_gets_the_page_back_with_what_was_typed_and_what_is_missing(ask, world):
    told = await posted(ask, world.form_key, {"message": "My <b>kitchen</b>", "email": "d@x"}, headers=BROWSER)
    page = told.content.decode()

    assert told.status == 422
    assert "My &lt;b&gt;kitchen&lt;/b&gt;" in page
    assert 'name="first_name" required autocomplete="given-name" aria-invalid="true"' in page


async def test_the_same_form_twice_is_one_lead_and_a_changed_one_another(ask, owner, world):
    again = {**HONEST, "_once": "a1"}
    for answers in (again, again, {**again, "message": "Or on Monday?"}):
        assert (await posted(ask, world.form_key, answers)).status == 201

    assert await owner.fetchval("select count(*) from lead") == 2


async def test_a_revoked_key_takes_nothing_and_is_as_one_that_never_was(ask, owner, world, key_uid):
    await revoke_form_key(owner, key_uid)
    told = [await posted(ask, key) for key in (world.form_key, "fk_made_up")]

    assert [each.status for each in told] == [404, 404]
    assert told[0].json["errors"] == told[1].json["errors"]
    assert (await ask.get(f"/f/{world.form_key}")).status == 404


async def test_the_hosted_page_asks_what_the_card_asks_on_this_form(ask, owner, world):
    await owner.execute(
        """insert into card_field (business_id, id, label, label_key, type, options, required, forms, position)
           values ($1, 'kind', 'Kind of work', 'kindofwork', 'dropdown', '{Kitchen,Bath}', true, '{leave_details}', 1),
                  ($1, 'news', 'Send me news', 'sendmenews', 'opt-in', '{}', false, '{client_card}', 2),
                  ($1, 'secret', 'Internal', 'internal', 'singleline', '{}', false, '{client_card}', 3)""",
        world.first.id,
    )
    page = (await ask.get(f"/{world.first.uid}/contact/")).content.decode()

    assert "Kind of work" in page
    assert "<option>Bath</option>" in page
    assert 'name="opt_in"' in page
    assert "Internal" not in page


async def test_the_hosted_page_may_be_framed_by_the_pages_that_the_key_lists(ask, world):
    told = await ask.get(f"/{world.first.uid}/contact/")

    assert f"frame-ancestors {SITE};" in told.header("content-security-policy") + ";"
    assert told.header("x-frame-options") is None


@pytest.mark.parametrize("uid", ["0m5x4kq0000000bz", "%00", "x" * 300])
async def test_a_business_without_a_form_has_no_page(ask, world, uid):
    told = await ask.get(f"/{uid}/contact/")

    assert told.status == 404
    assert without_nonce(await ask.get(f"/{world.second.uid}/contact/")) == without_nonce(told)


@with_settings(rate_per_s=20.0)
async def test_a_sixth_post_within_a_minute_is_refused_and_told_when_to_come_again(ask, world):
    told = [await posted(ask, world.form_key, {**HONEST, "n": n}) for n in range(6)]

    assert [each.status for each in told] == [201] * 5 + [429]
    assert int(told[-1].header("retry-after")) > 0


@with_settings(rate_per_s=20.0)
async def test_others_may_post_while_one_must_wait(ask, world):
    for n in range(6):
        await posted(ask, world.form_key, {**HONEST, "n": n})

    assert (await posted(ask, world.form_key, {**HONEST, "n": 7}, ip="203.0.113.8")).status == 201


async def test_the_script_is_small_and_may_be_loaded_by_any_page(ask):
    told = await ask.get("/f/form.js")

    assert len(told.content) < 5 * 1024
    assert told.header("cross-origin-resource-policy") == "cross-origin"
