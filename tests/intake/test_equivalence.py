"""Whatever leads come, one by one or many in a batch, the database holds what the rules over dicts come to."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadhall.core.ids import mint
from leadhall.intake.batcher import Crossing
from leadhall.intake.write import write_batch
from tests.intake.drafts import BUSINESS, a_lead
from tests.intake.model import Model, reference_key

BUSINESSES = itertools.count(1_000)
# Spellings that collide, or nearly: case, ß and ẞ, the three sigmas, é in one piece and in two, İ, Kelvin's sign.
LOCALS = ["dana", "Dana", "DANA ", "da.na", "dana+x", "Straße", "STRASSE", "straẞe", "Σίσυφος", "σίσυφοσ"]
LOCALS += ["é", "e\u0301", "É", "İ", "i", "K", "\u212a", "k"]
EMAILS = st.builds(
    "{}@{}".format, st.sampled_from([each.strip() for each in LOCALS]), st.sampled_from(["Ex.com", "ex.COM"])
)
IDS = st.sampled_from(["a", "A", " a ", "é", "e\u0301", "b"])
NAMES = st.sampled_from([None, "Levi", "Cohen"])
LEADS = st.fixed_dictionaries(
    {
        "identifier_type": st.sampled_from(["email", "unique_id"]),
        "email": EMAILS,
        "unique_id": IDS,
        "last_name": NAMES,
        "address": NAMES,
        "status": st.sampled_from([None, None, "lead", "customer", "loyal", "inactive"]),
        "tags": st.lists(st.sampled_from(["web", "WEB", "hot"]), max_size=2, unique_by=str.lower),
        "second": st.booleans(),
        "may_write": st.booleans(),
    }
)


def as_sent(drawn):
    """The body of a drawn lead, and whether its token may write clients."""
    sent = {name: value for name, value in drawn.items() if name not in {"second", "may_write"} and value}
    if not drawn["second"]:
        del sent["unique_id" if sent["identifier_type"] == "email" else "email"]
    return {"first_name": "Dana", **sent}, drawn["may_write"]


def arrivals_of(business, leads):
    for sent, may_write in leads:
        yield a_lead(business, may_write=may_write, **({"email": None} | sent))


def without_crossings(arrivals):
    """As the batcher parts them: a lead that meets the batch crosswise begins the next one."""
    batch, crossing = [], Crossing()
    for arrival in arrivals:
        if crossing.with_others(arrival):
            yield batch
            batch, crossing = [], Crossing()
            crossing.with_others(arrival)
        batch.append(arrival)
    yield batch


async def stored(owner, business_id):
    """The business's rows in the terms of the model; people in the order they were made."""
    clients = await owner.fetch("select * from client where business_id = $1 order by uid", business_id)
    place = {row["uid"]: n for n, row in enumerate(clients)}
    people = [
        (
            row["first_name"],
            row["last_name"],
            row["address"],
            row["status"],
            sorted(row["tags"]),
            row["email"],
            row["message_count"],
        )
        for row in clients
    ]
    keys = await owner.fetch("select kind, key, client_uid from client_key where business_id = $1", business_id)
    suggestions = await owner.fetch("select * from suggestion where business_id = $1", business_id)
    pairs = await owner.fetch("select a_uid, b_uid from suspected_pair where business_id = $1", business_id)
    return (
        people,
        {(row["kind"], row["key"]): place[row["client_uid"]] for row in keys},
        Counter({(place[row["client_uid"]], row["field"], row["value"]): row["times"] for row in suggestions}),
        {tuple(sorted((place[row["a_uid"]], place[row["b_uid"]]))) for row in pairs},
    )


def expected(leads, key_of=reference_key):
    model = Model(key_of)
    for sent, may_write in leads:
        model.lead(sent, may_write=may_write)
    people = [
        (
            *[p.card.get(name) for name in ("first_name", "last_name", "address")],
            p.status,
            sorted(p.tags),
            p.email,
            p.leads,
        )
        for p in model.people
    ]
    return people, model.keys, model.suggestions, model.pairs


async def gaps(owner, business_id):
    """Messages whose revision is not their place within the client."""
    return await owner.fetchval(
        """select count(*) from (select revision, row_number() over (partition by client_uid order by revision) as place
             from message where business_id = $1) m where revision <> place""",
        business_id,
    )


COME = st.lists(LEADS.map(as_sent), min_size=1, max_size=30)
PACE = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@PACE
@given(leads=COME)
async def test_leads_one_by_one_come_to_what_the_rules_say(conn, owner, leads):
    business = replace(BUSINESS, id=next(BUSINESSES), repeat_window_s=0)
    for arrival in arrivals_of(business, leads):
        await write_batch(conn, [arrival], mint=mint)

    assert await stored(owner, business.id) == expected(leads)


@PACE
@given(leads=COME)
async def test_leads_in_batches_come_to_the_same_as_one_by_one(conn, owner, leads):
    business = replace(BUSINESS, id=next(BUSINESSES), repeat_window_s=0)
    for batch in without_crossings(arrivals_of(business, leads)):
        await write_batch(conn, batch, mint=mint)

    assert await stored(owner, business.id) == expected(leads)
    assert await gaps(owner, business.id) == 0


def lower_as_sql_may(kind, text):
    """Lower case of ASCII letters only, as lower() is under the C locale: a wrong key."""
    return "".join(c.lower() if c.isascii() else c for c in text.strip()) if kind == "email" else text.strip()


@pytest.mark.parametrize("twins", [("É", "é"), ("e\u0301", "é"), ("\u212a", "k")])
async def test_a_key_made_the_wrong_way_would_be_noticed(conn, owner, twins):
    sent = {"identifier_type": "email", "first_name": "Dana"}
    leads = [({**sent, "email": f"{twin}@ex.com"}, False) for twin in twins]
    business = replace(BUSINESS, id=next(BUSINESSES), repeat_window_s=0)
    await write_batch(conn, list(arrivals_of(business, leads)), mint=mint)

    assert await stored(owner, business.id) == expected(leads)
    assert await stored(owner, business.id) != expected(leads, lower_as_sql_may)
