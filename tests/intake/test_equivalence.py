"""Whatever leads come, one by one or many in a batch, the database holds what the rules over dicts come to.

`make proof` runs the same at length, through the door and over two connections at once.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from leadhall.core.ids import mint
from leadhall.intake.write import write_batch
from tests.intake.drafts import BUSINESS
from tests.intake.sequences import COME, arrivals_of, expected, modelled, stored, titled, without_crossings

BUSINESSES = itertools.count(1_000)
PACE = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@PACE
@given(leads=COME)
async def test_leads_one_by_one_come_to_what_the_rules_say(conn, owner, leads):
    business = replace(BUSINESS, id=next(BUSINESSES), repeat_window_s=0)
    for arrival in arrivals_of(business, leads):
        await write_batch(conn, [arrival], mint=mint)

    assert await stored(owner, business.id) == expected(modelled(leads))


@PACE
@given(leads=COME)
async def test_leads_in_batches_come_to_the_same_as_one_by_one(conn, owner, leads):
    business = replace(BUSINESS, id=next(BUSINESSES), repeat_window_s=0)
    for batch in without_crossings(arrivals_of(business, leads)):
        await write_batch(conn, batch, mint=mint)

    assert await stored(owner, business.id) == expected(modelled(leads))


def lower_as_sql_may(kind, text):
    """Lower case of ASCII letters only, as lower() is under the C locale: a wrong key."""
    return "".join(c.lower() if c.isascii() else c for c in text.strip()) if kind == "email" else text.strip()


@pytest.mark.parametrize("twins", [("É", "é"), ("e\u0301", "é"), ("\u212a", "k")])
async def test_a_key_made_the_wrong_way_would_be_noticed(conn, owner, twins):
    sent = {"identifier_type": "email", "first_name": "Dana"}
    leads = titled(({**sent, "email": f"{twin}@ex.com"}, False) for twin in twins)
    business = replace(BUSINESS, id=next(BUSINESSES), repeat_window_s=0)
    await write_batch(conn, list(arrivals_of(business, leads)), mint=mint)

    assert await stored(owner, business.id) == expected(modelled(leads))
    assert await stored(owner, business.id) != expected(modelled(leads, lower_as_sql_may))
