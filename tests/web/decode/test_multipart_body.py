"""Multipart bodies: text parts are fields, file parts are only named."""

import pytest

from leadhall.web.decode import Decoded, DuplicateKey, Unreadable, decode_body
from tests.web.decode.spelling import BOUNDARY, MULTIPART, as_multipart, part


def decode(body):
    return decode_body(MULTIPART, body)


def refusal(body, content_type=MULTIPART):
    with pytest.raises(Unreadable) as caught:
        decode_body(content_type, body)
    return caught.value


def test_parts_are_fields_and_bracket_keys_nest():
    body = as_multipart(
        [("email", "omar@example.com"), ("request_data[First Name]", "Omar"), ("k[]", "1"), ("k[]", "2")]
    )

    assert decode(body).content == {
        "email": "omar@example.com",
        "request_data": {"First Name": "Omar"},
        "k": ["1", "2"],
    }


def test_a_value_keeps_its_lines_and_letters():
    text = "Zoë\r\nשלום\r\n--not a boundary\r\n"

    assert decode(as_multipart([("a", text)])).content == {"a": text}


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("form-data; name=plain", "plain"),
        ('form-data; name="Žilina; ; =x"', "Žilina; ; =x"),
        ('FORM-DATA; NAME="a"', "a"),
        (r'form-data; name="say \"hi\""', 'say "hi"'),
        ('form-data; name="say %22hi%22"', 'say "hi"'),
        (r'form-data; name="First\ Name"', "First Name"),
        ('form-data; name="100%41"', "100%41"),
        ('form-data; name=""', ""),
    ],
)
def test_a_name_is_read_as_clients_write_it(disposition, name):
    assert decode(as_multipart([], extra=part(disposition, b"x"))).content == {name: "x"}


def test_no_parts_are_an_empty_content():
    assert decode(as_multipart([])) == Decoded({})


def test_what_follows_the_last_boundary_does_not_matter():
    assert decode(as_multipart([("a", "1")]) + b"epilogue").content == {"a": "1"}


def test_the_last_line_end_may_be_left_out():
    assert decode(as_multipart([("a", "1")]).removesuffix(b"\r\n")).content == {"a": "1"}


# Files.


def test_a_file_is_named_and_not_stored():
    file = part('form-data; name="plan"; filename="kitchen.pdf"', b"\0\xff%PDF", "Content-Type: application/pdf")

    assert decode(as_multipart([("a", "1")], extra=file)) == Decoded({"a": "1"}, ("plan: kitchen.pdf",))


@pytest.mark.parametrize(
    ("disposition", "shown"),
    [
        ('form-data; name="f"; filename="תכנית.pdf"', "f: תכנית.pdf"),
        ('form-data; name="f"; filename="a\x1b[31m.pdf"', "f: a[31m.pdf"),
        ('form-data; name="f"; filename=""', "f:"),
        ("form-data; name=\"f\"; filename*=UTF-8''a.pdf", "f: ?"),
        ('form-data; name="f"; filename="' + "x" * 500 + '"', "f: " + "x" * 97),
    ],
)
def test_the_name_of_a_file_is_fit_to_be_shown(disposition, shown):
    assert decode(as_multipart([], extra=part(disposition, b"data"))).files == (shown,)


def test_a_file_name_in_another_charset_stops_no_lead():
    body = as_multipart([], extra=part('form-data; name="f"; filename="Zo?"', b"x").replace(b"?", b"\xeb"))

    assert decode(body).files == ("f: Zo\ufffd",)


def test_a_file_input_left_empty_is_no_file():
    empty = part('form-data; name="f"; filename=""', b"", "Content-Type: application/octet-stream")

    assert decode(as_multipart([], extra=empty)) == Decoded({})


# Charsets and encodings of parts.


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", '"utf-8"'])
def test_a_part_may_say_it_is_utf_8(charset):
    extra = part('form-data; name="a"', "ë".encode(), f"Content-Type: text/plain; charset={charset}")

    assert decode(as_multipart([], extra=extra)).content == {"a": "ë"}


def test_ascii_is_ascii_whatever_the_charset_says():
    extra = part('form-data; name="a"', b"x", "Content-Type: text/plain; charset=ISO-8859-1")

    assert decode(as_multipart([], extra=extra)).content == {"a": "x"}


def test_other_letters_in_another_charset_are_refused():
    extra = part('form-data; name="a"', "ë".encode(), "Content-Type: text/plain; charset=ISO-8859-1")

    assert str(refusal(as_multipart([], extra=extra))) == 'The part "a" is not in UTF-8: encode it as UTF-8'


def test_a_transfer_encoding_is_refused():
    extra = part('form-data; name="a"', b"eA==", "Content-Transfer-Encoding: base64")

    assert "is transfer-encoded" in str(refusal(as_multipart([], extra=extra)))


def test_a_binary_transfer_encoding_means_nothing():
    extra = part('form-data; name="a"', b"x", "Content-Transfer-Encoding: 8bit")

    assert decode(as_multipart([], extra=extra)).content == {"a": "x"}


# Refusing.


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The body is empty: send a JSON object or a form"),
        (b"a=1", "The multipart body is broken at byte"),
        (as_multipart([("a", "1")])[:-10], "ends before its last boundary: it was cut on the way, send it again"),
        (part('form-data; name="a"', b"half a"), "ends before its last boundary"),
        (as_multipart([], extra=part("form-data", b"x")), "Part 1 of the multipart body has no name"),
        (as_multipart([("a", "x\0y")]), 'The value of "a" holds a NUL character (U+0000) at byte 2'),
        (as_multipart([], extra=part('form-data; name="a"', b"Zo\xeb")), 'The value of "a" is not UTF-8 (byte 3 is'),
        (
            as_multipart([], extra=part('form-data; name="Zo?"', b"").replace(b"?", b"\xeb")),
            "The name of a part is not",
        ),
        (as_multipart([("a", "1"), ("a[b]", "2")]), "is used in two ways"),
        (as_multipart([("a" + "[b]" * 8, "2")]), "is nested more than 8 deep"),
        (as_multipart([("a", "1")]).replace(b"\r\n", b"\n"), "The multipart body is broken at byte"),
        (f"--{BOUNDARY}\r\n".encode() + b"a: b\r\n" * 5_000, "The multipart body is broken at byte"),
    ],
)
def test_a_refusal_says_what_is_wrong(body, message):
    assert message in str(refusal(body))


def test_a_plain_key_may_stand_once():
    assert isinstance(refusal(as_multipart([("a", "1"), ("a", "2")])), DuplicateKey)


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=", 'multipart/form-data; boundary=""']
)
def test_a_missing_boundary_is_named(content_type):
    assert "without its boundary" in str(refusal(b"x", content_type))


def test_a_boundary_beyond_all_measure_is_refused():
    assert "in its boundary" in str(refusal(b"x", "multipart/form-data; boundary=" + "x" * 10_000))
