import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from leadhall.app import TABLE
from leadhall.web.api.openapi import openapi_document
from leadhall.web.codes import CODES
from leadhall.web.table import Table

API = TABLE.of_door("api")
CALLED_WITH_A_TOKEN = [operation for operation in API if not operation.policy.anybody]


@pytest.fixture(scope="module")
def document():
    return openapi_document(TABLE, url="https://leads.example.com")


def described(document, operation):
    return document["paths"][operation.path][operation.method.lower()]


def test_the_document_is_valid_openapi_3_1(document):
    OpenAPIV31SpecValidator(document).validate()


def test_every_operation_of_the_api_is_described(document):
    assert {described(document, operation)["operationId"] for operation in API} == {each.name for each in API}


def test_pages_are_not_part_of_the_api(document):
    assert "/" not in document["paths"]


@pytest.mark.parametrize("operation", CALLED_WITH_A_TOKEN, ids=lambda each: each.name)
def test_an_operation_tells_who_may_call_it(document, operation):
    told = described(document, operation)

    assert told["security"] == [{"bearer": []}]
    assert set(told["x-token-kinds"]) == operation.policy.kinds
    assert set(told["x-scopes"]) == operation.policy.scopes


@pytest.mark.parametrize("operation", API, ids=lambda each: each.name)
def test_every_status_that_an_operation_documents_has_an_answer_in_the_document(document, operation):
    statuses = {str(each.status) for each in (*operation.replies, *operation.errors)}

    assert set(described(document, operation)["responses"]) == statuses


@pytest.mark.parametrize("operation", CALLED_WITH_A_TOKEN, ids=lambda each: each.name)
def test_an_operation_has_examples_and_each_says_what_stands_in_the_path(document, operation):
    named = set(re.findall(r"{(\w+)", operation.path))
    parameters = [each for each in described(document, operation)["parameters"] if each["in"] == "path"]

    assert [set(each.path) for each in operation.examples] == [named] * len(operation.examples)
    assert operation.examples
    assert all(set(each["examples"]) == {one.name for one in operation.examples} for each in parameters)


@pytest.mark.parametrize("operation", API, ids=lambda each: each.name)
def test_every_code_that_an_operation_documents_has_a_meaning_and_a_remedy(operation):
    assert {case.code for case in operation.errors} <= {code.name for code in CODES}


@pytest.mark.parametrize("operation", CALLED_WITH_A_TOKEN, ids=lambda each: each.name)
def test_every_answer_to_a_token_tells_the_request_id_and_what_is_left_of_the_limit(document, operation):
    for answer in described(document, operation)["responses"].values():
        assert {"X-Request-Id", "RateLimit", "RateLimit-Policy"} <= set(answer["headers"])


def test_the_bearer_token_may_be_a_jwt(document):
    assert document["components"]["securitySchemes"]["bearer"]["bearerFormat"] == "JWT"


def test_a_post_takes_an_idempotency_key(document):
    names = [each["name"] for each in document["paths"]["/platform/v1/leadgen"]["post"]["parameters"]]

    assert "Idempotency-Key" in names
    assert "X-On-Behalf-Of" in names


def test_query_parameters_have_the_names_that_callers_send(document):
    names = [each["name"] for each in document["paths"]["/platform/v1/clients"]["get"]["parameters"]]

    assert {"search_by", "search_term", "updated_at[gte]", "updated_at[lte]", "page", "per_page"} <= set(names)


def test_examples_stand_beside_the_schema_they_show(document):
    content = document["paths"]["/platform/v1/leadgen"]["post"]["requestBody"]["content"]["application/json"]

    assert content["schema"] == {"$ref": "#/components/schemas/LeadgenBody"}
    assert content["examples"]["The least"]["value"]["identifier_type"] == "email"


def test_the_table_alone_makes_the_document():
    one = Table((TABLE["livez"],))

    assert list(openapi_document(one, url="http://127.0.0.1:8000")["paths"]) == ["/livez"]


async def test_the_document_is_served_and_not_sent_again_to_who_has_it(ask):
    first = await ask.get("/openapi.json")
    again = await ask.get("/openapi.json", headers={"if-none-match": first.header("etag")})

    assert first.status == 200
    assert first.json["openapi"] == "3.1.0"
    assert (again.status, again.content) == (304, b"")


async def test_the_document_names_the_public_address_first(ask):
    assert (await ask.get("/openapi.json")).json["servers"][0]["url"] == "http://127.0.0.1:8000"
