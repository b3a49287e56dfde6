"""JSON bodies: what is read, what is refused and in which words."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadhall.web.decode import DuplicateKey, Number, TooDeep, Unreadable, canonical_json, decode_body
from leadhall.web.decode.careful_json import read_carefully
from leadhall.web.decode.quick_json import read_quickly
from tests.corpus.json_documents import LEAD, STRING_FIELDS, hostile_documents

HOSTILE = hostile_documents()


def decode(body):
    return decode_body("application/json", body if isinstance(body, bytes) else body.encode()).content


def refusal(body):
    with pytest.raises(Unreadable) as caught:
        decode(body)
    return caught.value


def typed(value):
    """Equal only for equal types too: a Number is not its text."""
    return canonical_json(value)


# The corpus.


def test_the_corpus_has_over_400_documents_with_names_of_their_own():
    assert len({document.name for document in HOSTILE}) == len(HOSTILE) > 400


def test_the_corpus_reaches_every_string_field():
    named = {document.name.split(":")[0] for document in HOSTILE}

    assert {".".join(path) for path in STRING_FIELDS} <= named


def test_every_hostile_document_meets_the_refusal_it_must():
    met = {}
    for document in HOSTILE:
        try:
            decode(document.body)
            met[document.name] = None
        except Unreadable as error:
            met[document.name] = error.code

    assert met == {document.name: document.code for document in HOSTILE}


def test_every_readable_document_reads_back_equal():
    for document in HOSTILE:
        if document.text is not None:
            value = decode(document.body)
            for key in document.path:
                value = value[key]
            assert value == document.text, document.name


def test_both_readers_agree_on_every_hostile_document():
    for document in HOSTILE:
        quick = read_quickly(document.body)
        assert quick is None or typed(quick) == typed(read_carefully(document.body)), document.name


def test_an_honest_lead_takes_the_quick_reader():
    assert read_quickly(json.dumps(LEAD | {"rooms": 3, "text": 'say "שלום"\n'}).encode()) is not None


# Reading.

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(max_size=6), JSON_VALUES, max_size=6)


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth, value), default=0)
    return 0


def has_nul(value):
    return "\\u0000" in json.dumps(value).replace("\\\\", "")


@settings(deadline=None)
@given(OBJECTS, st.booleans(), st.sampled_from([None, 1]))
def test_what_json_can_say_reads_back_equal(content, ascii_only, indent):
    body = json.dumps(content, ensure_ascii=ascii_only, indent=indent).encode(errors="surrogatepass")
    try:
        decoded = decode(body)
    except Unreadable:
        assert depth(content) > 8 or has_nul(content)
    else:
        assert json.loads(canonical_json(decoded)) == content


@given(OBJECTS, st.data())
@settings(max_examples=200, deadline=None)
def test_both_readers_agree_on_damaged_documents(content, data):
    body = bytearray(json.dumps(content, ensure_ascii=data.draw(st.booleans())).encode(errors="surrogatepass"))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(body)))
        damage = data.draw(
            st.sampled_from([b"", b'"', b"\\", b"\\u0000", b"\\ud800", b"[", b"}", b":", b"-0", b"1", b"\xc3"])
        )
        body[at : at + data.draw(st.integers(0, 2))] = damage
    quick = read_quickly(bytes(body))

    assert quick is None or typed(quick) == typed(read_carefully(bytes(body)))


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.text(max_size=3), min_size=1), st.data())
def test_a_key_said_twice_is_never_overlooked(content, data):
    key = data.draw(st.sampled_from(sorted(content)))
    pairs = [*content.items(), (key, data.draw(st.text(max_size=3)))]
    body = "{" + ",".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in data.draw(st.permutations(pairs))) + "}"

    assert isinstance(refusal(body), DuplicateKey)


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text(st.sampled_from('{}[]":,\\u0d81-. \n'), max_size=40).map(str.encode))
@example(b"\xef\xbb\xbf\xff")
@example(b"-")
@example(b'{"a":NaN')
def test_arbitrary_bytes_are_read_or_refused(body):
    try:
        outcome = canonical_json(decode(body))[:1].decode()
    except Unreadable as error:
        outcome = error.code

    assert outcome in ("{", "unreadable", "duplicate_key", "too_deep")


@pytest.mark.parametrize("literal", ["0", "-0", "1.0", "1e3", "1E+3", "12345678901234567890", "-1e-400", "9" * 5_000])
def test_a_number_keeps_its_own_text(literal):
    value = decode(f'{{"n": {literal}}}')["n"]

    assert (type(value), value) == (Number, literal)


def test_numbers_stay_numbers_inside_lists():
    assert canonical_json(decode('{"n": [1, 2.50, {"m": 0}]}')) == b'{"n":[1,2.50,{"m":0}]}'


def test_a_byte_order_mark_is_tolerated():
    assert decode(b'\xef\xbb\xbf{"a": "b"}') == {"a": "b"}


def test_both_halves_of_an_emoji_are_one_character():
    assert decode(r'{"a": "\ud83c\udf89"}') == {"a": "🎉"}


def test_a_backslash_before_u0000_is_just_that():
    assert decode(r'{"a": "\\u0000"}') == {"a": r"\u0000"}


def test_eight_deep_is_read():
    assert decode('{"a":' + "[" * 7 + "]" * 7 + "}") == {"a": [[[[[[[]]]]]]]}


def test_brackets_inside_text_nest_nothing():
    text = '[{"\\' * 50

    assert decode(json.dumps({"a": text})) == {"a": text}


def test_a_text_that_ends_in_a_backslash_ends_there():
    assert decode(json.dumps({"a": "\\", "b": "[" * 9, "c": '\\"[' * 9}))["b"] == "[" * 9


# Refusing.


@pytest.mark.parametrize("before", ["", r'"b": "\\", ', r'"b": "\"", ', r'"b": "\\\"", "c": "\\\\", '])
def test_nine_deep_is_refused_whatever_stands_before(before):
    assert isinstance(refusal("{" + before + '"a":' + "[" * 8 + "]" * 8 + "}"), TooDeep)


@pytest.mark.parametrize("opening", ['{"a":', "[", '{"a":[', '[{"\\"":'])
@pytest.mark.parametrize("times", [9, 2_000, 1_000_000])
def test_nine_deep_and_a_million_deep_are_refused_alike(opening, times):
    assert isinstance(refusal(opening * times), TooDeep)


NOT_JSON = "The body is not JSON: "
NO_KEY = NOT_JSON + "expecting property name enclosed in double quotes at "
RAW_TAB = "A raw control character (U+0009) is in a string at line 1, column 9 (byte 9): write it as \\u0009"
NO_CONSTANT = "is not JSON: send null or leave the field out"
TWICE = "stands twice in one object: send each key once"


@pytest.mark.parametrize(
    ("body", "message", "field"),
    [
        ("", "The body is empty: send a JSON object or a form", None),
        (" \n", "The body is empty: send a JSON object", None),
        ("[]", 'The body must be a JSON object like {"email": "…"}, not "[]"', None),
        ('{\n "a": "b",\n}', NO_KEY + 'line 3, column 1 (byte 14), near "}"', None),
        (b"\xef\xbb\xbf{x", NO_KEY + 'line 1, column 2 (byte 5), near "x"', None),
        ('{"a": 1, "b": 2, ', NO_KEY + "line 1, column 18 (byte 18), at the end of the body", None),
        (
            '{"a": "é"',
            NOT_JSON + "expecting ',' delimiter at line 1, column 10 (byte 11), at the end of the body",
            None,
        ),
        ('{"a": "b\tc"}', RAW_TAB, None),
        ('{"a": NaN}', f"NaN at line 1, column 7 (byte 7) {NO_CONSTANT}", None),
        ('{"NaN": "Infinity", "b":\n-Infinity}', f"-Infinity at line 2, column 1 (byte 26) {NO_CONSTANT}", None),
        (b'{"a": "\0"}', "The body holds a NUL character (U+0000) at byte 8: remove it", None),
        (b'{"a": "\xe9"}', "The body is not UTF-8 (byte 8 is 0xE9): encode it as UTF-8", None),
        (r'{"a": {"b": "\u0000"}}', r'"a.b" holds a NUL character (\u0000): remove it', "a.b"),
        (r'{"a": ["x", "\ud800"]}', r'"a.1" holds half of a surrogate pair (\ud800): send both or none', "a.1"),
        ('{"a": {"b": 1, "b": 2}}', f'The key "a.b" {TWICE}', "a.b"),
        ('{"x": {"a": 1, "a": 2}, ', f"A key {TWICE}", None),
        (
            '{"a":' + '\n["\\"[[[", ' * 9,
            "Objects and lists are nested more than 8 deep at line 9, column 1 (byte 84): send a flatter body",
            None,
        ),
    ],
)
def test_a_refusal_says_what_where_and_what_to_do(body, message, field):
    error = refusal(body)

    assert (error.first.message, error.first.field) == (message, field)


def test_utf_16_is_recognised():
    assert "it looks like UTF-16" in str(refusal('{"a": "b"}'.encode("utf-16-le")))


def test_a_refusal_echoes_little_and_escapes_it():
    message = str(refusal('\u202e\x1b<b>"' * 1_000))

    assert message.isprintable()
    assert message.count("<b>") <= 10


def test_the_name_of_a_field_is_clipped_and_escaped():
    key = "\u202e" + "k" * 5_000

    assert refusal(json.dumps({key: "\0"})).first.field == "\\u202e" + "k" * 39 + "…"
