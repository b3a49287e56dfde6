"""The checkers of the hostile proof: what should not be taken, and what was not kept as it was sent."""

import json
from random import Random

import pytest
from proof.hostile import faults_of
from proof.hostile.documents import Sent, documents_for, judge, kept
from proof.hostile.framings import Framing, framings
from proof.hostile.operations import places_of, with_value
from proof.hostile.sockets import Heard

from tests.corpus.json_documents import HostileDocument

BODY = b'{"email": "a@example.com"}'
DOCUMENT = HostileDocument("first_name: accents", BODY, None, ("first_name",), " Zoe\u0308\r\n")
SENT = Sent(DOCUMENT, "/platform/v1/leadgen", BODY, 201, b'{"uid": "c", "conversation_uid": "v"}')
ROW = {
    "body": BODY,
    "title": "Kitchen",
    "source": None,
    "source_url": None,
    "contact": json.dumps({"first_name": "Zo\u00eb"}),
    "parts": "[]",
    "tags": [],
    "keys": [],
    "evidence": None,
}


def heard(kind, statuses, after=()):
    return Heard(Framing("x", kind, b""), statuses, after)


@pytest.mark.parametrize(
    "answers",
    [
        heard("good", (201,), (200,)),
        heard("ambiguous", (400,)),
        heard("ambiguous", (201,)),
        heard("ambiguous", ()),
        heard("broken", (400,), (200,)),
        heard("unusual", (201,), (200,)),
    ],
)
def test_what_is_refused_or_closed_is_well(answers):
    assert faults_of([answers]) == []


@pytest.mark.parametrize(
    "answers",
    [
        heard("good", (400,)),
        heard("ambiguous", (201, 201)),
        heard("ambiguous", (400,), (200,)),
        heard("broken", (201,)),
        heard("unusual", (500,)),
        heard("ambiguous", (), (503,)),
    ],
)
def test_what_is_taken_or_answered_as_it_must_not_be_is_told(answers):
    assert faults_of([answers])


def test_there_are_enough_framings_and_each_has_a_name_of_its_own():
    every = framings({"Authorization": "Bearer x"})

    assert len({each.name for each in every}) == len(every) >= 100
    assert {each.kind for each in every} == {"good", "ambiguous", "broken", "unusual"}


def test_a_text_kept_as_the_rules_say_is_well():
    verdict = judge([SENT], {"v": ROW})

    assert (verdict.changed, verdict.misjudged, verdict.read_back) == ([], [], 1)


@pytest.mark.parametrize(
    "row",
    [
        None,
        ROW | {"contact": json.dumps({"first_name": "Zoe"})},
        ROW | {"contact": json.dumps({"first_name": "Zoe\u0308"})},
        ROW | {"body": BODY[:-1]},
    ],
)
def test_a_text_that_was_changed_or_lost_is_told(row):
    assert judge([SENT], {"v": row}).changed


def test_a_pair_stands_beside_its_label():
    document = DOCUMENT._replace(path=("request_data", "Budget"), text="1")
    told = [ROW | {"parts": json.dumps([{"kind": "request", "fields": [[label, "1"]]}])} for label in ("Budget", "b")]

    assert [bool(judge([SENT._replace(document=document)], {"v": row}).changed) for row in told] == [False, True]


@pytest.mark.parametrize(
    ("code", "status", "answer"),
    [(None, 500, b""), ("unreadable", 422, b""), ("unreadable", 400, b'{"error_code": "x"}')],
)
def test_an_answer_that_must_not_be_is_told(code, status, answer):
    assert judge(
        [SENT._replace(document=DOCUMENT._replace(code=code), status=status, answer=answer)], {"v": ROW}
    ).misjudged


def test_control_characters_go_and_lines_end_in_lf():
    assert kept("a\x01\x1b\x7f\x85\tb\r\nc\rd\n") == "a\tb\nc\nd"


def test_documents_are_of_different_people():
    emails = [
        each.text for each in documents_for("b", None, Random(7), first=7) if each.path == ("email",) and each.text
    ]

    assert "dana.7@example.com" in emails


def test_every_place_of_a_body_has_its_turn():
    body = {"a": {"b": [1, "x"]}, "c": None}

    assert list(places_of(body)) == [("a",), ("a", "b"), ("a", "b", 0), ("a", "b", 1), ("c",)]
    assert with_value(body, ("a", "b", 1), b"NaN") == b'{"a": {"b": [1, NaN]}, "c": null}'
