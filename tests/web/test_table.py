from dataclasses import replace

import pytest

from leadhall.app import TABLE
from leadhall.core.operation import ANYBODY, Operation, Policy, Reply
from leadhall.web.table import Table, TableFault, paths_of


def an_operation(name="one", path="/one", **more):
    told = {
        "title": name,
        "summary": "",
        "method": "GET",
        "door": "api",
        "policy": ANYBODY,
        "handler": None,
        "replies": (Reply(200),),
    }
    return Operation(**told | more, name=name, path=path)


def test_an_operation_without_a_policy_fails_at_start():
    with pytest.raises(TypeError):
        Operation(name="x", title="", summary="", method="GET", path="/x", door="api", handler=None)
    with pytest.raises(TableFault, match="one has no policy"):
        Table((an_operation(policy=None),))


def test_a_policy_names_token_kinds_or_says_anybody():
    with pytest.raises(ValueError, match="anybody"):
        Policy()


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([an_operation(), an_operation(path="/two")], "two operations are called one"),
        ([an_operation(), an_operation("two")], "two operations answer GET /one"),
        ([an_operation(path="/x/{a}"), an_operation("two", "/x/{b}")], "two operations answer GET /x/{}"),
        ([an_operation(), an_operation("two", "/apigw/one", prefixed=False)], "two operations answer GET /apigw/one"),
        ([an_operation(path="one")], "a path begins with /"),
        ([an_operation(replies=())], "one documents no reply"),
    ],
)
def test_a_table_that_cannot_be_served_says_why(rows, complaint):
    with pytest.raises(TableFault, match=complaint):
        Table.join(rows)


def test_one_path_may_be_answered_under_two_methods():
    table = Table.join([an_operation()], [an_operation("two", method="POST")])

    assert [operation.name for operation in table] == ["one", "two"]


def test_a_prefixed_operation_answers_under_three_paths():
    assert paths_of(an_operation()) == ("/one", "/apigw/one", "/api2/one")
    assert paths_of(an_operation(prefixed=False)) == ("/one",)


def test_our_own_table_has_rows_of_several_doors():
    assert {operation.door for operation in TABLE} >= {"api", "public"}


def test_every_row_of_ours_has_words_for_a_reader():
    assert all(operation.title and operation.summary and operation.tag for operation in TABLE)


def test_a_row_can_be_found_by_its_name():
    assert TABLE["create_lead"].path == "/platform/v1/leadgen"
    assert replace(TABLE["livez"]).slug == "alive"
