"""An operation without a policy does not exist."""

import pytest

from leadhall.core.operation import ANYBODY, Operation, Policy


def test_a_policy_names_kinds_or_says_anybody():
    assert ANYBODY.anybody
    assert Policy.tokens("staff", scopes=("clients:read",)).kinds == {"staff"}
    with pytest.raises(ValueError, match="anybody"):
        Policy()
    with pytest.raises(ValueError, match="anybody"):
        Policy(frozenset({"staff"}), anybody=True)


def test_a_policy_knows_its_scopes():
    with pytest.raises(ValueError, match="clients:rule"):
        Policy.tokens("staff", scopes=("clients:rule",))


def test_an_operation_cannot_be_made_without_a_policy():
    with pytest.raises(TypeError, match="policy"):
        Operation(name="x", title="X", summary="", method="GET", path="/x", door="api", handler=print)
