"""Settings: what is saved is so, what cannot be is said, and each page is for whom it is for."""

import pytest

from tests.web.console.browsing import words_of

PAGES = ("", "/card", "/auto-reply", "/notices", "/team", "/forms", "/sources")


async def business(owner, world, column):
    return await owner.fetchval(f"select {column} from business where id = $1", world.first.id)


async def test_the_business_is_saved_with_its_words_for_statuses(ann, owner, world):
    fields = {"name": "Acme & Sons", "country": "GB", "time_zone": "Europe/London", "label_customer": "Patient"}
    await ann.post("/settings", {**fields, "locale": "en"}, csrf_of="/settings")

    assert await business(owner, world, "name") == "Acme & Sons"
    assert await business(owner, world, "status_labels") == {"customer": "Patient"}
    assert await owner.fetchval("select facts -> 'events' ->> 0 from outbox") == "business/updated"


async def test_what_the_business_cannot_be_is_said_and_nothing_is_saved(ann, owner, world):
    told = await ann.post("/settings", {"name": "X", "email": "no address"}, csrf_of="/settings", status=422)

    assert "email" in words_of(told.content.decode())
    assert await business(owner, world, "name") == "Acme Plumbing"


async def test_a_field_is_added_changed_moved_and_deleted(ann, owner, world):
    for label in ("Budget", "Kind"):
        await ann.post("/settings/card", {"label": label, "on_form": "yes"}, csrf_of="/settings/card")
    ids = [row["id"] for row in await owner.fetch("select id from card_field order by position")]
    await ann.post(f"/settings/card/{ids[1]}/place", {"to": "up"}, csrf_of="/settings/card")
    await ann.post(f"/settings/card/{ids[1]}", {"label": "Kind of work", "required": "yes"}, csrf_of="/settings/card")
    await ann.post(f"/settings/card/{ids[0]}/delete", csrf_of="/settings/card")

    rows = await owner.fetch("select label, required, forms from card_field where deleted_at is null")
    assert [tuple(row.values()) for row in rows] == [("Kind of work", True, ["client_card"])]


async def test_a_choice_without_choices_is_refused_in_words(ann):
    told = await ann.post("/settings/card", {"label": "K", "type": "dropdown"}, csrf_of="/settings/card", status=422)

    assert "A dropdown needs options" in words_of(told.content.decode())


async def test_the_auto_reply_is_shown_as_it_would_be_sent_before_it_is_saved(ann, owner, world):
    wording = {"subject": "Thanks", "text": "Hi {{ first_name }}, {{ business.name }} will call."}
    shown = await ann.post("/settings/auto-reply/preview", wording, csrf_of="/settings/auto-reply", status=200)
    assert "Hi Dana, Acme Plumbing will call." in words_of(shown.content.decode())
    assert await business(owner, world, "settings") == {}

    await ann.post("/settings/auto-reply", wording, csrf_of="/settings/auto-reply")
    assert (await business(owner, world, "settings"))["auto_reply"] == wording


async def test_our_words_come_back_when_asked_for(ann, owner, world):
    await ann.post("/settings/auto-reply", {"subject": "T", "text": "Hi"}, csrf_of="/settings/auto-reply")
    await ann.post("/settings/auto-reply", {"ours": "yes"}, csrf_of="/settings/auto-reply")

    assert await business(owner, world, "settings") == {}


@pytest.mark.parametrize("text", ["{{ password }}", "{% for x in (1..9) %}x{% endfor %}", "{{", ""])
async def test_a_wording_that_cannot_be_used_is_refused_with_the_reason(ann, text):
    page = "/settings/auto-reply"
    told = await ann.post(page, {"subject": "T", "text": text}, csrf_of=page, status=422)

    assert "The text" in words_of(told.content.decode())


async def test_a_member_changes_their_own_notices_and_nobody_elses(cal, owner, world):
    page = "/settings/notices"
    await cal.post(f"{page}/{world.colleague}", {"email": "yes", "leads": "all"}, csrf_of=page)
    await cal.post(f"{page}/{world.first.owner}", {"leads": "all"}, csrf_of=page, status=401)

    wants = dict(await owner.fetch("select uid, preferences ->> 'sms' from staff"))
    assert (wants[world.colleague], wants[world.first.owner]) == ("false", None)


async def test_a_member_is_invited_given_a_role_and_removed(ann, owner, world):
    await ann.post("/settings/team", {"email": "eve@acme.example", "display_name": "Eve"}, csrf_of="/settings/team")
    uid = await owner.fetchval("select uid from staff where display_name = 'Eve'")
    await ann.post(f"/settings/team/{uid}", {"role": "manager"}, csrf_of="/settings/team")
    assert await owner.fetchval("select role from staff where uid = $1", uid) == "manager"
    assert await owner.fetchval("select count(*) from outbox where kind = 'invitation'") == 1

    await ann.post(f"/settings/team/{uid}/removal", csrf_of="/settings/team")
    assert await owner.fetchval("select deleted_at is not null from staff where uid = $1", uid)


async def test_the_owner_keeps_their_role_and_their_place(ann, owner, world):
    for act, fields in (("", {"role": "user"}), ("/removal", {})):
        await ann.post(f"/settings/team/{world.first.owner}{act}", fields, csrf_of="/settings/team", status=422)

    assert await owner.fetchval("select role from staff where uid = $1", world.first.owner) == "owner"


async def test_a_form_key_is_made_changed_and_revoked(ann, owner, world):
    made = {"label": "Shop", "origins": "https://shop.example\nhttps://www.shop.example"}
    await ann.post("/settings/forms", made, csrf_of="/settings/forms")
    uid = await owner.fetchval("select uid from form_key where label = 'Shop'")
    await ann.post(f"/settings/forms/{uid}", {"email": "yes", "title": "Order"}, csrf_of="/settings/forms")
    row = await owner.fetchrow("select origins, settings from form_key where uid = $1", uid)
    assert tuple(row.values()) == ([], {"title": "Order"})

    await ann.post(f"/settings/forms/{uid}/revocation", csrf_of="/settings/forms")
    await ann.post(f"/settings/forms/{uid}", {"email": "yes"}, csrf_of="/settings/forms", status=404)


@pytest.mark.parametrize("page", PAGES)
async def test_a_member_without_the_right_sees_what_is_theirs_only(cal, page):
    told = await cal.get(f"/settings{page}")

    assert told.status == {"": 303, "/notices": 200, "/sources": 200}.get(page, 401)


async def test_another_businesss_field_form_and_member_are_not_found(ann, owner, world):
    await owner.execute(
        "insert into card_field (business_id, id, label, label_key, type, position) "
        "values ($1, 'theirs', 'T', 't', 'singleline', 1)",
        world.second.id,
    )
    for path in ("/settings/card/theirs", f"/settings/team/{world.second.owner}", "/settings/forms/theirs"):
        await ann.post(path, {"label": "Mine", "role": "user"}, csrf_of="/settings", status=404)
