"""schemathesis over every operation as every kind of token: never a 5xx, nothing that is not documented."""

from copy import deepcopy

import pytest
import requests
from proof.isolation.principals import principals

from leadhall.app import TABLE
from leadhall.web.api.openapi import openapi_document
from tests.web.api.fuzzing import Asking, aimed, cases_of, example_cases, fire, operations_of
from tests.web.serving import serving

ASKING = ("owner", "directory", "app", "client", "nobody")
REGULAR, BROKEN = 3, 2
"""Cases an operation for who may call it; who may not sends one."""


@pytest.fixture
def askings(ground):
    """Everybody of ASKING, who asks about the first business."""
    own = ground.name(ground.world.first)
    return [
        Asking(each.name, each.kind, each.headers(), own) for each in principals(ground.world) if each.name in ASKING
    ]


@pytest.fixture(scope="module")
def document():
    return openapi_document(TABLE, url="http://127.0.0.1:8000")


def faults_of(document, askings, url, *, names=None):
    """What schemathesis finds wrong with the answers; `names` are operations, else all."""
    found = []
    with requests.Session() as session:
        for operation in operations_of(document):
            told = operation.definition.raw
            if names is None or told["operationId"] in names:
                cases = cases_of(operation, regular=REGULAR, broken=BROKEN)
                for asking in askings:
                    may = asking.kind in told.get("x-token-kinds", [asking.kind])
                    sent = aimed(cases if may else cases[:1], asking)
                    sent += example_cases(operation, TABLE[told["operationId"]], asking.own) if may else []
                    found += fire(sent, asking, url, session)
    return found


def test_every_kind_of_token_is_among_those_who_ask(askings):
    assert {each.kind for each in askings} - {None} == {
        kind for row in TABLE.of_door("api") for kind in row.policy.kinds
    }


@pytest.mark.timeout(240)
def test_every_answer_is_documented_and_none_is_a_fault_of_ours(database, askings, document):
    with serving(database) as server:
        found = faults_of(document, askings, f"http://127.0.0.1:{server.port}")

    assert not found, "\n".join([f"{len(found)} answers are not as documented:", *found[:60]])


def test_an_answer_that_is_documented_otherwise_is_found(database, askings, document):
    document = deepcopy(document)
    document["paths"]["/platform/v1/clients"]["get"]["responses"].pop("200")
    document["components"]["schemas"]["FormsReply"]["properties"]["status"] = {"const": "Fine"}
    with serving(database) as server:
        found = faults_of(
            document, askings[:1], f"http://127.0.0.1:{server.port}", names={"list_clients", "list_forms"}
        )

    assert any("list_clients" in each and "Undocumented" in each for each in found)
    assert any("list_forms" in each and "schema" in each for each in found)
