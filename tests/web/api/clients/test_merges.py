"""Merging by the API: upstream's shapes, a look before, and a way back."""

import pytest

from tests.web.leads import send_lead

MERGES = "/platform/v1/clients/merges"


@pytest.fixture
async def two(ask, world):
    kept = await send_lead(ask, world.first.token, email="dana@example.com")
    merged = await send_lead(ask, world.first.token, email="dani@example.com", last_name="Levi")
    return kept["uid"], merged["uid"]


async def test_a_merge_by_upstreams_route_is_undone_by_ours(ask, world, two):
    kept, merged = two
    token = world.first.token
    preview = await ask.get(f"/ext/v1/clients/{kept}/merge_preview?merge={merged}", token=token)
    assert preview.json["changes"] == [{"field": "last_name", "was": None, "becomes": "Levi"}]

    path = f"{MERGES}/merge_clients?to_client_uid={kept}&from_client_uids={merged}"
    told = await ask("PUT", path, token=token, json={})
    assert (told.status, told.json["master_ids"], told.json["clients"][0]["last_name"]) == (200, [kept], "Levi")
    assert (await ask.get(f"/platform/v1/clients/{merged}", token=token)).status == 422
    later = await send_lead(ask, token, email="dani@example.com")
    assert later["uid"] == kept

    [merge] = told.json["merges"]
    undone = await ask.post(f"/ext/v1/merges/{merge}/undo", token=token)
    assert (undone.status, undone.json["kept"]["last_name"], undone.json["restored"]["uid"]) == (200, None, merged)
    assert (await ask.get(f"/ext/v1/clients/{kept}/merges", token=token)).json["merges"][0][
        "undone_by"
    ] == world.first.owner
    threads = await ask.get(f"/platform/v1/clients/{merged}/conversations", token=token)
    assert len(threads.json["data"]["conversations"]) == 2


NOT_TO_BE_MERGED = [
    ("", 404),
    ("?to_client_uid=KEPT", 404),
    ("?from_client_uids=MERGED", 404),
    ("?to_client_uid=KEPT&from_client_uids=nobody", 422),
    ("?to_client_uid=nobody&from_client_uids=KEPT", 422),
    ("?to_client_uid=KEPT&from_client_uids=KEPT", 422),
    ("?to_client_uid=KEPT&from_client_uids=MERGED,THEIRS", 422),
    ("?to_client_uid=KEPT&from_client_uids=" + ",".join(f"u{n}" for n in range(51)), 422),
]


async def test_what_cannot_be_merged_is_answered_as_upstream_does_and_nothing_moves(ask, world, two, owner):
    theirs = (await send_lead(ask, world.outsider.business.token))["uid"]
    before = await owner.fetch("select * from client")
    for query, status in NOT_TO_BE_MERGED:
        named = query.replace("KEPT", two[0]).replace("MERGED", two[1]).replace("THEIRS", theirs)
        told = await ask("PUT", f"{MERGES}/merge_clients{named}", token=world.first.token, json={})
        assert (query, told.status) == (query, status)

    assert await owner.fetch("select * from client") == before


async def test_any_of_two_clients_may_be_kept(ask, world, two):
    for ids, status in (("KEPT,MERGED", 200), ("", 404), ("KEPT", 422), ("KEPT,KEPT", 422), ("KEPT,nobody", 422)):
        named = ids.replace("KEPT", two[0]).replace("MERGED", two[1])
        told = await ask.get(f"{MERGES}/possible_merge_master?client_ids={named}", token=world.first.token)
        assert (ids, told.status) == (ids, status)
        assert status != 200 or told.json == {"status": "OK", "master_ids": sorted(two)}
