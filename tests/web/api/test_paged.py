"""Every operation of the table that tells page by page, asked for pages that cannot be: told why, and never a 5xx."""

from urllib.parse import quote, urlencode

import msgspec
import pytest
from proof.isolation.principals import principals
from proof.isolation.shots import rightful

from leadhall.app import TABLE

PLACES = frozenset({"page", "per_page", "after", "below"})
"""By which a list is gone through."""
NO_NUMBER = ("abc", "0", "-1", "1.5", "--5", "\u0663", "0x1")
LARGE = ("1000", "9" * 20, "9" * 4_000)
"""As a page there may be none such; of items on a page more is taken as the most."""
NO_PLACE = ("' or 1=1 --", '";drop table client;--', "zzzz", "0", "-1", "9" * 400, "x" * 3_000, "\u202e", "\x00")
SORTS = ("first_name;drop table client", "updated_at:desc,(select 1)", "updated_at' or '1'='1", "nothing:asc")
FOUND, UNFIT, INVALID, TOLD_FROM = 200, 400, 422, 500
"""Unfit: where upstream has its own words for a query that cannot be."""


def parameters_of(operation):
    return {each.encode_name for each in msgspec.structs.fields(operation.query)} if operation.query else set()


PAGED = [each for each in TABLE if parameters_of(each) & PLACES]
LISTS = [each for each in PAGED if each.door == "api"]


@pytest.fixture
def world(ground):
    """The world in which the application runs."""
    return ground.world


@pytest.fixture
def look(ask, ground):
    """`await look(operation, **parameters)`: its own example with these, by the first who may."""
    able = principals(ground.world)

    async def asked(operation, **parameters):
        who = next((each for each in able if each.may(operation.policy)), able[0])
        shot = rightful(operation, ground.name(who.own))[0]
        query = urlencode(shot.query | parameters, quote_via=quote)
        return await ask(shot.method, f"{shot.path}?{query}", headers=who.headers() | shot.headers)

    return asked


def documented(operation):
    return {each.status for each in (*operation.replies, *operation.errors)}


def test_lists_of_every_door_are_among_those_that_are_asked():
    assert {each.door for each in PAGED} == {"api", "console", "portal"}
    assert {"list_clients", "list_conversations", "list_deliveries", "search"} <= {each.name for each in LISTS}


def tries_of(operation):
    """What to ask for beside the example, of the parameters that the operation has; a sort everywhere."""
    numbers = ({name: value} for name in ("page", "per_page") for value in (*NO_NUMBER, *LARGE))
    places = ({name: value} for name in ("after", "below") for value in (*NO_PLACE, *NO_NUMBER, *LARGE))
    most = {"page": "10000000", "per_page": "1000"}
    known = parameters_of(operation)
    return [*(each for each in (*numbers, *places) if each.keys() <= known), most, *({"sort": each} for each in SORTS)]


@pytest.mark.parametrize("operation", PAGED, ids=lambda each: each.name)
async def test_whatever_page_is_asked_for_the_answer_is_documented_and_names_a_number_that_is_none(look, operation):
    for parameters in tries_of(operation):
        told = await look(operation, **parameters)

        assert told.status in documented(operation), (parameters, told.content)
        assert told.status < TOLD_FROM, (parameters, told.content)
        if operation in LISTS and not {*parameters.values()}.isdisjoint(NO_NUMBER) and "after" not in parameters:
            assert told.status == (UNFIT if operation.unfit else INVALID), (parameters, told.content)
            assert all(name in told.content.decode() for name in parameters), (parameters, told.content)
    if operation in LISTS:
        assert (await look(operation)).status == (await look(operation, per_page="1000")).status == FOUND
