"""The quick reader of the usual body never decides anything of its own: it reads as `wire` does, or gives up."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhall.core.errors import Refusal
from leadhall.intake.submission import Submission
from leadhall.web.api.intake.usual import UsualBody, read_usual
from leadhall.web.api.intake.wire import BOOLEANS, KNOWN, PAIRS, TEXTS, read_any
from tests.corpus.json_documents import LEAD, hostile_documents

USUAL = LEAD | {"message_data": {"Referrer": "autumn"}, "opt_in": True, "last_name": None}

WORDS = st.one_of(
    st.text(st.characters(max_codepoint=126), max_size=12),
    st.sampled_from(
        ["email", "unique_id", " Dana ", "auto-reply, sms,,pigeon", "yes", "maybe", "", " ", "é", '"', "\\"]
    ),
)
VALUES = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-1, 9), st.lists(WORDS, max_size=2))
OBJECTS = st.dictionaries(WORDS, VALUES, max_size=3)
BODIES = st.dictionaries(st.sampled_from(sorted(KNOWN)), st.one_of(WORDS, WORDS, VALUES), max_size=8)


def read_carefully(body):
    try:
        return read_any("application/json", body)
    except Refusal:
        return None


def spelled(content, *, blanks=False, ascii_only=True, order=None):
    content = dict(order(list(content.items()))) if order else content
    return json.dumps(content, indent=1 if blanks else None, ensure_ascii=ascii_only).encode()


def test_what_most_callers_send_is_read_at_once():
    assert read_usual("application/json; charset=utf-8", spelled(USUAL)) is not None


def test_every_key_of_a_lead_is_usual():
    assert set(UsualBody.__struct_fields__) == KNOWN
    assert list(UsualBody.__struct_fields__) == sorted(KNOWN)
    assert Submission.__struct_fields__[: len(TEXTS)] == TEXTS


@given(
    content=BODIES,
    pairs=st.dictionaries(st.sampled_from(PAIRS), OBJECTS),
    yes=st.dictionaries(st.sampled_from(BOOLEANS), VALUES),
    blanks=st.booleans(),
    backwards=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_it_reads_as_the_careful_reader_does_or_gives_up(content, pairs, yes, blanks, backwards):
    body = spelled(content | pairs | yes, blanks=blanks, order=reversed if backwards else None)
    quick = read_usual("application/json", body)

    assert quick is None or quick == read_carefully(body)


@given(key=st.sampled_from(sorted(KNOWN)), again=WORDS, inner=st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_key_that_stands_twice_is_never_read_at_once(key, again, inner):
    twice = f'{json.dumps(key)}:"1",{json.dumps(key)}:{json.dumps(again)}'
    body = f'{{"request_data":{{{twice}}}}}' if inner else f"{{{twice}}}"

    assert read_usual("application/json", body.encode()) is None


def test_every_hostile_document_is_read_alike_or_not_at_once():
    for document in hostile_documents():
        quick = read_usual("application/json", document.body)
        assert quick is None or quick == read_carefully(document.body), document.name


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json; charset=latin-1"])
def test_other_kinds_of_bodies_are_not_its_business(kind):
    assert read_usual(kind, spelled(USUAL)) is None


def test_three_spellings_of_one_content_have_one_fingerprint():
    content = {"email": "dana@example.com", "request_data": {"Budget": "15,000"}, "tags": "a,b"}
    form = b"tags=a%2Cb&request_data[Budget]=15%2C000&email=dana%40example.com"

    read = read_usual("application/json", spelled(content, blanks=True))
    assert read == read_any("application/x-www-form-urlencoded", form)
    assert read == read_usual("application/json", spelled(content, order=reversed))
