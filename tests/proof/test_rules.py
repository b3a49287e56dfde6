"""The rules of repeats and tokens that the equivalence proof holds the doors to."""

from proof.equivalence.rules import Request, Rules, Wanted

DANA = {"identifier_type": "email", "email": "dana@example.com", "first_name": "Dana", "request_title": "Lead 0"}
NOBODY = {**DANA, "request_title": "Lead 1", "first_name": None}


def test_the_same_request_under_a_key_is_told_the_first_answer():
    rules, request = Rules(), Request("whole", DANA, "k")

    assert rules.come(request) == Wanted(201, 0, made=True)
    assert rules.come(request) == Wanted(201, 0, made=True, first="Lead 0")
    assert rules.come(Request("whole", {**DANA, "request_title": "Other"}, "k")) == Wanted(422)
    assert len(rules.model.leads) == 1


def test_a_repeat_without_a_key_is_folded_but_not_one_of_another_token():
    rules = Rules()
    came = [rules.come(Request(who, DANA, None)) for who in ("whole", "whole", "website")]

    assert [wanted.first for wanted in came] == [None, "Lead 0", None]


def test_a_refusal_is_kept_under_a_key_and_decided_anew_without():
    rules = Rules()
    came = [rules.come(Request("whole", sent, key)) for sent, key in [(NOBODY, "k"), (NOBODY, None), (DANA, None)]]
    again = [rules.come(Request("whole", NOBODY, key)) for key in ("k", None)]

    assert [wanted.status for wanted in came] == [422, 422, 201]
    assert [wanted.status for wanted in again] == [422, 201]


def test_nobody_hears_a_revoked_token():
    rules = Rules(revoked={"doomed"})

    assert rules.come(Request("doomed", DANA, "k")) == Wanted(401)
    assert rules.model.leads == {}
