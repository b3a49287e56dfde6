"""The client's card: what is edited is kept with who did it, and two who are one person are merged and parted."""

import json

import pytest

from tests.web.console.browsing import words_of
from tests.web.leads import send_lead


@pytest.fixture
async def dana(ask, world):
    """A client of the first business."""
    return (await send_lead(ask, world.first.token, email="dana@example.com", phone="+14155550132"))["uid"]


async def client(owner, uid):
    return await owner.fetchrow("select * from client where uid = $1", uid)


async def test_clients_are_listed_and_found_in_any_spelling(ann, dana):
    assert "Dana" in words_of(await ann.text("/clients"))
    assert "dana@example.com" in words_of(await ann.text("/clients?q=%28415%29+555-0132"))
    assert "Nobody is found" in words_of(await ann.text("/clients?q=nobody"))


async def test_a_field_is_edited_and_tells_who_did_it(ann, dana, owner):
    await ann.post(f"/clients/{dana}", {"last_name": "Levi"}, csrf_of=f"/clients/{dana}")

    assert (await client(owner, dana))["last_name"] == "Levi"
    assert "Levi by hand, Ann Owner" in words_of(await ann.text(f"/clients/{dana}"))


async def test_status_and_tags_are_changed_together(ann, dana, owner):
    fields = {"status": "customer", "tags": "vip, kitchen"}
    await ann.post(f"/clients/{dana}", fields, csrf_of=f"/clients/{dana}")

    row = await client(owner, dana)
    assert (row["status"], row["tags"]) == ("customer", ["vip", "kitchen"])


async def test_what_the_card_cannot_hold_is_said(ann, dana):
    told = await ann.post(f"/clients/{dana}", {"email": "nowhere"}, csrf_of=f"/clients/{dana}", status=422)

    assert "email" in words_of(told.content.decode())


@pytest.mark.parametrize("settled", [("accept", "2 High Street"), ("dismiss", "1 Low Road")])
async def test_a_suggestion_is_accepted_or_dismissed(ask, ann, owner, world, settled):
    act, address = settled
    lead = {"email": "eve@example.com", "first_name": "Eve"}
    uid = (await send_lead(ask, world.first.token, **lead, address="1 Low Road"))["uid"]
    await owner.execute("update client set edited_at = now()")
    await send_lead(
        ask, world.directory.website_token, headers={"x-on-behalf-of": world.first.uid}, **lead, address="2 High Street"
    )
    page = await ann.text(f"/clients/{uid}")
    action = page.partition(f'action="/clients/{uid}/suggestions/')[2].partition('"')[0]
    await ann.post(f"/clients/{uid}/suggestions/{action}", {"act": act}, csrf_of=f"/clients/{uid}")

    assert (await client(owner, uid))["address"] == address
    assert "Suggested by leads" not in await ann.text(f"/clients/{uid}")


async def test_two_clients_are_looked_at_merged_and_parted_again(ask, ann, dana, owner, world):
    other = (await send_lead(ask, world.first.token, email="d.levi@example.com", address="1 Low Road"))["uid"]
    merge = f"/clients/{dana}/merge/{other}"
    assert "1 Low Road" in words_of(await ann.text(merge))
    assert (await client(owner, dana))["address"] is None

    await ann.post(merge, csrf_of=merge)
    assert (await client(owner, dana))["address"] == "1 Low Road"
    assert (await ann.get(f"/clients/{other}")).status == 404

    uid = await owner.fetchval("select uid from client_merge")
    await ann.post(f"/clients/merges/{uid}/undo", csrf_of=f"/clients/{dana}")
    assert (await client(owner, dana))["address"] is None
    assert (await ann.get(f"/clients/{other}")).status == 200


async def test_consent_of_the_owners_own_hand_is_kept_as_a_record(ann, dana, owner):
    await ann.post(f"/clients/{dana}/consent", {"value": "yes"}, csrf_of=f"/clients/{dana}")

    assert [tuple(row.values()) for row in await owner.fetch("select act, value from consent")] == [("owner", True)]


async def test_a_note_is_added_and_deleted(ann, dana, owner):
    await ann.post(f"/clients/{dana}/notes", {"content": "Prefers <b>mornings</b>"}, csrf_of=f"/clients/{dana}")
    page = await ann.text(f"/clients/{dana}")
    assert "Prefers &lt;b&gt;mornings&lt;/b&gt;" in page

    action = page.partition(f'action="/clients/{dana}/notes/')[2].partition('"')[0]
    await ann.post(f"/clients/{dana}/notes/{action}", csrf_of=f"/clients/{dana}")
    assert "mornings" not in await ann.text(f"/clients/{dana}")


async def test_all_that_is_kept_of_a_person_can_be_taken_along(ann, dana):
    told = await ann.get(f"/clients/{dana}/export.json")

    assert "dana@example.com" in json.dumps(told.json)
    assert told.header("content-disposition").startswith("attachment")


async def test_a_person_is_erased_by_who_may_and_says_they_are_sure(ann, cal, dana, owner):
    erasure = f"/clients/{dana}/erasure"
    await cal.post(erasure, {"sure": "yes"}, csrf_of=f"/clients/{dana}", status=401)
    await ann.post(erasure, csrf_of=f"/clients/{dana}", status=422)
    assert (await client(owner, dana))["email"] == "dana@example.com"

    await ann.post(erasure, {"sure": "yes"}, csrf_of=f"/clients/{dana}")
    assert "dana@example.com" not in await ann.text("/clients")


async def test_another_businesss_client_is_not_found(ask, ann, dana, world):
    theirs = (await send_lead(ask, world.second.token))["uid"]
    for path in ("", "/export.json", f"/merge/{dana}"):
        assert (await ann.get(f"/clients/{theirs}{path}")).status == 404
    await ann.post(f"/clients/{theirs}", {"last_name": "X"}, csrf_of="/clients", status=404)
