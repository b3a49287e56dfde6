"""The isolation matrix, made from the operation table: everybody asks about everything that is not theirs."""

from dataclasses import replace

import pytest
import structlog
from proof.isolation import A_FEW, matrix
from proof.isolation.ground import Login
from proof.isolation.principals import EVERYBODY, SOME, principals
from proof.isolation.without import BOTH_WALLS_GONE, CHECKS, WALLS

from leadhall.app import TABLE
from leadhall.core.operation import Example, Policy


@pytest.fixture(autouse=True)
def quiet():
    """The server says a lot about what it refuses; its tracebacks are pictures, and slow."""
    structlog.configure(processors=[structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture
def login(postgres, database):
    return Login(postgres, database)


NAMED = (*A_FEW, TABLE["list_businesses"])
SAMPLE = (*NAMED, *(each for each in tuple(TABLE)[::12] if each not in NAMED))
"""Of every door and kind some, and the one that lists what is whose; `make proof` asks all."""


async def test_nobody_learns_or_changes_anything_of_others_and_everybody_is_let_in_to_their_own(login):
    found = await matrix(login, who=SOME, operations=SAMPLE)

    assert found.leaks == []
    assert found.unheard == []
    assert found.denied > found.rightful > 0


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.name)
async def test_each_wall_holds_alone(login, wall):
    found = await matrix(login, without=wall, rightful=False, who=SOME, operations=SAMPLE)

    assert [leak for leak in found.leaks if wall.is_a_leak(leak)] == []


@pytest.mark.parametrize("check", [*CHECKS, BOTH_WALLS_GONE], ids=lambda check: check.name)
async def test_a_check_that_is_gone_is_noticed(login, check):
    assert (await matrix(login, without=check, rightful=False, who=SOME, operations=A_FEW)).leaks


async def test_an_operation_whose_example_does_not_get_through_is_named(login):
    lame = replace(TABLE["create_lead"], examples=(Example("Too little", {"first_name": "Dana"}),))

    (words,) = (await matrix(login, operations=(lame,))).unheard

    assert "create_lead" in words
    assert "Example" in words


async def test_an_operation_for_a_kind_of_token_that_nobody_holds_is_named(login):
    strange = replace(TABLE["list_clients"], policy=Policy.tokens("pigeon", "staff"))

    (words,) = (await matrix(login, operations=(strange,), rightful=False)).unheard

    assert "pigeon" in words


def test_everybody_is_everybody(world):
    assert {each.name for each in principals(world)} == EVERYBODY
