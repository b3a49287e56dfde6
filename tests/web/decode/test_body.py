"""One decoder, three spellings, one fingerprint."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhall.web.decode import (
    Decoded,
    TooDeep,
    Unreadable,
    UnsupportedMedia,
    canonical_json,
    decode_body,
    fingerprint,
    media_type,
)
from tests.web.decode.spelling import CONTENTS, FORM, JSON, MULTIPART, as_form, as_multipart, pairs


@settings(deadline=None)
@given(CONTENTS)
def test_the_three_spellings_of_one_content_decode_equal(content):
    spellings = {
        JSON: json.dumps(content).encode(),
        FORM: as_form(pairs(content)),
        MULTIPART: as_multipart(pairs(content)),
    }
    try:
        decoded = [decode_body(content_type, body) for content_type, body in spellings.items()]
    except TooDeep:
        for content_type, body in spellings.items():
            with pytest.raises(TooDeep):
                decode_body(content_type, body)
    else:
        assert [(one.content, one.files) for one in decoded] == [(content, ())] * 3
        assert len({fingerprint(one.content) for one in decoded}) == 1


CONTENT_TYPES = st.sampled_from([None, JSON, FORM, MULTIPART, "multipart/form-data; boundary=x"]) | st.text(max_size=40)
PIECES = st.sampled_from(
    [b"--x", b"\r\n", b"--", b"Content-Disposition: form-data; name=", b'"a"', b"; filename=", b"a[b]=", b"&", b"%00"]
)
REFUSALS = ("unreadable", "duplicate_key", "too_deep", "media_type")


@settings(deadline=None)
@given(CONTENT_TYPES, st.binary(max_size=80) | st.lists(PIECES, max_size=12).map(b"".join))
def test_whatever_comes_is_decoded_or_refused(content_type, body):
    try:
        outcome = canonical_json(decode_body(content_type, body).content)[:1].decode()
    except (Unreadable, UnsupportedMedia) as error:
        outcome = error.code

    assert outcome in ("{", *REFUSALS)


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "  ",
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; charset=utf8; foo=bar",
        "application/vnd.api+json",
        "application/ld+json; profile=x",
        "application/json;",
    ],
)
def test_json_is_known_by_many_names(content_type):
    assert decode_body(content_type, b'{"a": "b"}') == Decoded({"a": "b"}, plain=True)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/json",
        "application/xml",
        "multipart/mixed; boundary=x",
        "application/octet-stream",
        "json",
        "+json",
        "application/json, text/plain",
        "application/jsonx",
        ";",
        "\u05d0",
    ],
)
def test_other_types_are_unsupported(content_type):
    with pytest.raises(UnsupportedMedia, match="is not taken here: send application/json"):
        decode_body(content_type, b'{"a": "b"}')


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=iso-8859-1", "application/json; charset=utf-16", f"{FORM}; charset=windows-1255"],
)
def test_another_charset_is_unreadable(content_type):
    with pytest.raises(Unreadable, match="is not taken here: encode the body as UTF-8"):
        decode_body(content_type, b"{}")


def test_the_type_can_be_judged_before_the_body_is_read():
    assert media_type(MULTIPART).kind == "multipart"


def test_an_unsupported_type_is_told_before_an_empty_body():
    with pytest.raises(UnsupportedMedia):
        decode_body("text/plain", b"")


def test_the_fingerprint_is_the_hash_of_canonical_json():
    content = decode_body(None, b'{"b": 1.0, "a": ["x", null]}').content

    assert fingerprint(content) == hashlib.sha256(b'{"a":["x",null],"b":1.0}').digest()


def test_the_order_of_keys_does_not_matter_to_the_fingerprint():
    one, other = (
        decode_body(None, body).content for body in (b'{"a":1,"b":{"c":2,"d":3}}', b'{"b":{"d":3,"c":2},"a":1}')
    )

    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize("other", [b'{"a":"1"}', b'{"a":1.0}', b'{"a":[1]}', b'{"a":true}', b'{"a":1,"b":null}'])
def test_other_content_has_another_fingerprint(other):
    assert fingerprint(decode_body(None, b'{"a":1}').content) != fingerprint(decode_body(None, other).content)


@pytest.mark.parametrize("text", ["é", "a\\tb", "\\u0041", "a\x7fb"])
def test_what_is_not_printable_ascii_is_not_called_plain(text):
    assert not decode_body(JSON, f'{{"a": "{text}"}}'.encode()).plain
