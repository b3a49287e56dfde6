"""Urlencoded bodies and bracket keys."""

import pytest

from leadhall.web.decode import DuplicateKey, TooDeep, Unreadable, decode_body
from tests.web.decode.spelling import FORM, as_form


def decode(body):
    return decode_body(FORM, body if isinstance(body, bytes) else body.encode()).content


def refusal(body):
    with pytest.raises(Unreadable) as caught:
        decode(body)
    return caught.value


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=one+two%20three%2B", {"a": "one two three+"}),
        ("name=Zo%C3%AB&city=Žilina", {"name": "Zoë", "city": "Žilina"}),
        ("a&b=&c=x=y", {"a": "", "b": "", "c": "x=y"}),
        ("&&a=1&", {"a": "1"}),
        ("a=100%&b=%zz", {"a": "100%", "b": "%zz"}),
        ("=x", {"": "x"}),
        ("\ufeffa=1", {"a": "1"}),
    ],
)
def test_pairs_are_read_as_browsers_write_them(body, content):
    assert decode(body) == content


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ("request_data[First Name]=Dana", {"request_data": {"First Name": "Dana"}}),
        ("request_data%5BFirst+Name%5D=Dana", {"request_data": {"First Name": "Dana"}}),
        ("r[a]=1&r[b]=2", {"r": {"a": "1", "b": "2"}}),
        ("k[]=1", {"k": ["1"]}),
        ("k[]=1&k[]=2&k[]=1", {"k": ["1", "2", "1"]}),
        ("a[b][c]=1&a[b][d]=2&a[e]=3", {"a": {"b": {"c": "1", "d": "2"}, "e": "3"}}),
        ("a[b][]=1&a[b][]=2", {"a": {"b": ["1", "2"]}}),
        ("a[1]=x&a[0]=y", {"a": {"1": "x", "0": "y"}}),
        ("a[ ]=x", {"a": {" ": "x"}}),
    ],
)
def test_bracket_keys_nest(body, content):
    assert decode(body) == content


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Budget [EUR]", "r[Budget [EUR]]"),
        ("[x] and [y]", "r[[x] and [y]]"),
        ("a]b", "r[a]b]"),
        ("a[b", "r[a[b]"),
        ("[[[", "r[[[[]"),
    ],
)
def test_a_label_keeps_its_own_brackets(label, key):
    assert decode(as_form([(key, "x")])) == {"r": {label: "x"}}


def test_a_label_with_brackets_may_hold_more():
    assert decode("r[a [b]][c]=x") == {"r": {"a [b]": {"c": "x"}}}


@pytest.mark.parametrize("key", ["a[b", "a]b", "a]", "[a]", "[]", "a[b]c", "["])
def test_what_is_no_bracket_key_is_a_plain_key(key):
    assert decode(as_form([(key, "x")])) == {key: "x"}


@pytest.mark.parametrize("body", ["a=1&a=2", "a=1&a=1", "a[b]=1&a[b]=2", "a&a", "%61=1&a=2", "a[b=1&a[b=2"])
def test_a_plain_key_may_stand_once(body):
    assert isinstance(refusal(body), DuplicateKey)


@pytest.mark.parametrize(
    "body",
    ["a=1&a[b]=2", "a[b]=1&a=2", "a[]=1&a=2", "a=1&a[]=2", "a[]=1&a[b]=2", "a[b]=1&a[]=2", "a[b]=1&a[b][c]=2"],
)
def test_a_key_is_not_text_and_object_at_once(body):
    assert "is used in two ways" in str(refusal(body))


def test_a_list_of_objects_must_be_numbered():
    assert str(refusal("a[][b]=1")) == 'The key "a[][b]" has [] before its end: number the items instead, like a[0][b]'


def test_eight_deep_is_read():
    assert decode("a" + "[b]" * 7 + "=x")["a"]["b"]["b"]["b"]["b"]["b"]["b"]["b"] == "x"


@pytest.mark.parametrize("key", ["a" + "[b]" * 8, "a" + "[b]" * 7 + "[]", "a" + "[b]" * 100_000, "a" + "[]" * 9])
def test_nine_deep_is_refused(key):
    assert isinstance(refusal(key + "=x"), TooDeep)


@pytest.mark.parametrize("key", ["a" + "[" * 500_000, "a[" + "[" * 250_000 + "]" * 250_001, "a[" + "]" * 500_000])
def test_half_a_million_brackets_are_no_work(key):
    assert len(decode(key + "=x")) == 1


@pytest.mark.parametrize(
    ("body", "message", "field"),
    [
        ("", "The body is empty: send a JSON object or a form", None),
        ("a=x%00y", 'The value of "a" holds a NUL character (U+0000) at byte 2: remove it', "a"),
        (b"a=x\0", 'The value of "a" holds a NUL character (U+0000) at byte 2: remove it', "a"),
        ("r[%00]=x", "A key holds a NUL character (U+0000) at byte 3: remove it", None),
        ("name=Zo%EB", 'The value of "name" is not UTF-8 (byte 3 is 0xEB): encode it as UTF-8', "name"),
        (b"name=Zo\xeb", 'The value of "name" is not UTF-8 (byte 3 is 0xEB): encode it as UTF-8', "name"),
        ("a=%ED%A0%80", 'The value of "a" is not UTF-8 (byte 1 is 0xED): encode it as UTF-8', "a"),
        ("%ff=x", "A key is not UTF-8 (byte 1 is 0xFF): encode it as UTF-8", None),
        ("a=1&a=2", 'The key "a" stands twice: send each key once, or end it in [] for a list', "a"),
    ],
)
def test_a_refusal_says_what_where_and_what_to_do(body, message, field):
    error = refusal(body)

    assert (error.code == "duplicate_key") == ("twice" in message)
    assert (error.first.message, error.first.field) == (message, field)
