"""Two clients made one and parted: what moves, what is told, and that undo is exact."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadhall.clients.edit import edit_client
from leadhall.clients.merging import list_merges
from leadhall.clients.suggestions import list_suggestions
from leadhall.core.errors import Invalid, NotFound
from leadhall.person.merge import merge_clients, preview_merge, undo_merge

TABLES = ("client", "client_key", "conversation", "message", "lead", "suggestion", "suspected_pair", "consent")


async def picture(owner):
    """All rows that a merge could move; revision and updated_at count changes and only ever grow."""
    parts = [f"select '{table}' as t, to_jsonb(x) - $1::text[] as row from {table} x" for table in TABLES]
    rows = await owner.fetch(" union all ".join(parts), ["updated_at"])
    seen = [(row["t"], row["row"]) for row in rows]
    for table, row in seen:
        if table == "client":
            row.pop("revision")
    return sorted((table, json.dumps(row, sort_keys=True)) for table, row in seen)


@pytest.fixture
def merge(at_desk):
    async def merge(kept, *merged):
        async with at_desk() as desk:
            return await merge_clients(desk, kept, list(merged))

    return merge


@pytest.fixture
def undo(at_desk, key):
    async def undo(uid):
        async with at_desk() as desk:
            return await undo_merge(desk, uid, key.mark)

    return undo


async def test_a_merge_fills_blanks_joins_tags_and_keeps_what_stands(file, merge):
    dana = await file(email="dana@example.com", tags="web")
    dani = await file(
        email="dani@example.com", first_name="Dani", last_name="Levi", phone="+14155550132", tags="Web, vip"
    )
    kept, [told] = await merge(dana.client_uid, dani.client_uid)

    assert (kept.first_name, kept.last_name, kept.phone_e164, kept.tags) == (
        "Dana",
        "Levi",
        "+14155550132",
        ["web", "vip"],
    )
    assert (kept.email, kept.revision) == ("dana@example.com", 2)
    assert (told.kept_uid, told.merged_uid) == (dana.client_uid, dani.client_uid)


async def test_a_preview_tells_what_a_merge_would_do_and_does_nothing(file, at_desk, world, owner):
    dana, dani = await file(email="dana@example.com"), await file(email="dani@example.com", last_name="Levi")
    before = await picture(owner)
    async with at_desk() as desk:
        told = await preview_merge(desk.connection, world.first.id, dana.client_uid, dani.client_uid)

    assert [(each.field, each.becomes) for each in told.changes] == [("last_name", "Levi")]
    assert (told.keys, told.conversations) == ([("email", "dani@example.com")], 1)
    assert await picture(owner) == before


async def test_after_a_merge_both_keys_find_the_kept_client_whose_messages_go_on(file, merge, owner):
    dana = await file(email="dana@example.com")
    dani = await file(email="dani@example.com")
    await merge(dana.client_uid, dani.client_uid)
    later = [await file(email="dani@example.com"), await file(email="dana@example.com")]

    assert [lead.client_uid for lead in later] == [dana.client_uid] * 2
    rows = await owner.fetch("select revision, client_uid from message order by revision")
    assert [tuple(row) for row in rows] == [(n, dana.client_uid) for n in range(1, 5)]


async def test_a_merge_is_told_of_both(file, merge, owner):
    dana, dani = await file(email="dana@example.com"), await file(email="dani@example.com", tags="vip")
    await merge(dana.client_uid, dani.client_uid)
    rows = await owner.fetch("select facts from outbox where kind = 'client' order by uid")

    assert [(row["facts"]["events"], row["facts"]["client_uid"]) for row in rows] == [
        (["client/updated"], dana.client_uid),
        (["tag/add"], dana.client_uid),
        (["client/updated"], dani.client_uid),
    ]


async def test_what_was_suggested_to_the_merged_client_is_read_at_the_kept_one(file, merge, at_desk, world):
    dana, dani = await file(email="dana@example.com"), await file(email="dani@example.com")
    await file(email="dani@example.com", first_name="Dan")
    await merge(dana.client_uid, dani.client_uid)
    async with at_desk() as desk:
        told = await list_suggestions(desk.connection, world.first.id, dana.client_uid)

    assert [each.value for each in told] == ["Dan"]


async def test_a_lead_stays_filed_as_it_was_answered_and_its_conversation_moves(file, merge, owner):
    dana, dani = await file(email="dana@example.com"), await file(email="dani@example.com")
    await merge(dana.client_uid, dani.client_uid)
    row = await owner.fetchrow(
        """select l.client_uid as answered, v.client_uid as now
             from lead l join conversation v on v.uid = l.conversation_uid
            where v.uid = $1""",
        dani.conversation_uid,
    )

    assert (row["answered"], row["now"]) == (dani.client_uid, dana.client_uid)


@pytest.mark.parametrize("wrong", ["same", "nobody"])
async def test_what_cannot_be_merged_is_refused_and_nothing_moves(file, merge, owner, wrong):
    dana, dani = await file(email="dana@example.com"), await file(email="dani@example.com")
    before = await picture(owner)
    with pytest.raises((Invalid, NotFound)):
        await merge(dana.client_uid, dani.client_uid, dana.client_uid if wrong == "same" else "nobody")

    assert await picture(owner) == before


async def test_undo_is_exact(file, merge, undo, owner):
    dana = await file(email="dana@example.com", tags="web")
    dani = await file(email="dani@example.com", last_name="Levi", phone="+14155550132", tags="vip", opt_in="yes")
    before = await picture(owner)
    _, [told] = await merge(dana.client_uid, dani.client_uid)
    changed = await picture(owner)
    await undo(told.uid)

    assert changed != before
    assert await picture(owner) == before


async def test_a_merge_is_undone_once(file, merge, undo):
    dana, dani = await file(email="dana@example.com"), await file(email="dani@example.com")
    _, [told] = await merge(dana.client_uid, dani.client_uid)
    await undo(told.uid)

    with pytest.raises(Invalid):
        await undo(told.uid)


async def test_a_lead_that_came_by_a_key_which_goes_back_goes_with_it(file, merge, undo, owner):
    dana, dani = await file(email="dana@example.com"), await file(email="dani@example.com")
    _, [told] = await merge(dana.client_uid, dani.client_uid)
    his, hers = await file(email="dani@example.com"), await file(email="dana@example.com")
    await undo(told.uid)

    of = dict(await owner.fetch("select uid, client_uid from conversation"))
    assert (of[his.conversation_uid], of[hers.conversation_uid]) == (dani.client_uid, dana.client_uid)
    numbers = await owner.fetch(
        "select client_uid, revision from message where client_uid = $1 order by 2", dani.client_uid
    )
    assert [row["revision"] for row in numbers] == [1, 2]
    assert (await file(email="dani@example.com")).client_uid == dani.client_uid
    assert await owner.fetchval("select max(revision) from message where client_uid = $1", dani.client_uid) == 3


async def test_what_somebody_changed_since_is_left_by_an_undo(file, merge, undo, at_desk):
    dana, dani = (
        await file(email="dana@example.com"),
        await file(email="dani@example.com", last_name="Levi", address="A"),
    )
    _, [told] = await merge(dana.client_uid, dani.client_uid)
    async with at_desk() as desk:
        await edit_client(desk, dana.client_uid, {"last_name": "Levin"})
    kept, merged = await undo(told.uid)

    assert (kept.last_name, kept.address) == ("Levin", None)
    assert (merged.last_name, merged.address) == ("Levi", "A")


async def test_a_merge_into_who_was_merged_on_is_undone_after_that_one(file, merge, undo, owner):
    a, b, c = [await file(email=f"{name}@example.com") for name in "abc"]
    before = await picture(owner)
    _, [first] = await merge(b.client_uid, a.client_uid)
    _, [second] = await merge(c.client_uid, b.client_uid)

    assert (await file(email="a@example.com")).client_uid == c.client_uid
    await owner.execute("delete from conversation where uid = (select max(uid) from conversation)")
    await owner.execute("delete from lead where conversation_uid not in (select uid from conversation)")
    await owner.execute("delete from message where conversation_uid not in (select uid from conversation)")
    await owner.execute("update client set message_count = 3 where uid = $1", c.client_uid)
    with pytest.raises(Invalid):
        await undo(first.uid)
    await undo(second.uid)
    await undo(first.uid)
    assert await picture(owner) == before


async def test_merges_are_listed_at_both(file, merge, at_desk, world):
    dana, dani = await file(email="dana@example.com"), await file(email="dani@example.com")
    _, [told] = await merge(dana.client_uid, dani.client_uid)
    async with at_desk() as desk:
        for lead in (dana, dani):
            assert await list_merges(desk.connection, world.first.id, lead.client_uid) == [told]


async def test_a_lead_that_arrives_while_two_are_merged_is_filed_with_the_kept_one(file, merge, owner):
    dana, dani = await file(email="dana@example.com"), await file(email="dani@example.com")
    await asyncio.gather(merge(dana.client_uid, dani.client_uid), file(email="dani@example.com"))

    assert await owner.fetchval("select count(*) from conversation where client_uid = $1", dana.client_uid) == 3
    assert await owner.fetchval("select count(distinct revision) from message") == 3


NAMES = st.sampled_from([None, "Levi", "Cohen"])
LEADS = st.fixed_dictionaries(
    {
        "who": st.integers(0, 2),
        "last_name": NAMES,
        "address": st.sampled_from([None, "A", "B"]),
        "phone": st.sampled_from([None, "+14155550132", "555-0123"]),
        "tags": st.sampled_from([None, "web", "Web, vip", "vip"]),
        "unique_id": st.sampled_from([None, "crm-1", "crm-2"]),
        "opt_in": st.sampled_from([None, True, False]),
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(leads=st.lists(LEADS, min_size=2, max_size=7), pairs=st.permutations([0, 1, 2]))
async def test_to_merge_and_to_undo_in_turn_is_to_do_nothing(file, merge, undo, owner, leads, pairs):  # noqa: PLR0917
    for table in TABLES:
        await owner.execute(f"delete from {table}")
    clients = [(await file(email=f"{n}@example.com")).client_uid for n in range(3)]
    for lead in leads:
        who = lead.pop("who")
        await file(email=f"{who}@example.com", **{name: value for name, value in lead.items() if value is not None})
    before = await picture(owner)
    a, b, c = (clients[n] for n in pairs)
    merges = [(await merge(a, b))[1][0], (await merge(c, a))[1][0]]
    for told in reversed(merges):
        await undo(told.uid)

    assert await picture(owner) == before
