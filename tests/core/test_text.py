"""Text as we keep it, and readings of JSON values."""

import time
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadhall.core.text import (
    Number,
    canonical_json,
    clean,
    cut,
    fits_bytes,
    is_blank,
    json_text,
    nfc,
    read_boolean,
)

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
MARKS = st.text(st.sampled_from("e\u0301\u0316\u0327\u0345\u0f71\u0f72\u0f73\u0344가\u1161ᾂ"), max_size=120)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("", ""),
        ("Dana", "Dana"),
        ("  Dana \t", "Dana"),
        ("\u00a0Dana\u2003", "Dana"),
        ("one\ttwo\nthree", "one\ttwo\nthree"),
        ("one\r\ntwo\rthree\n\rfour", "one\ntwo\nthree\n\nfour"),
        ("Zoe\u0308", "Zoë"),
        ("\u212aelvin", "Kelvin"),
        ("שלום\r\nעולם", "שלום\nעולם"),
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_clean_text_is_nfc_trimmed_and_has_lf_line_ends(sent, kept):
    assert clean(sent) == (kept, False)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\0b", "ab"),
        ("\x1b[31mred", "[31mred"),
        ("a\x7fb\x85c\x9f", "abc"),
        ("a\x0b\x0cb", "ab"),
        ("\x1f", ""),
        ("e\x01\u0301", "é"),
    ],
)
def test_other_control_characters_are_removed_and_that_is_told(sent, kept):
    assert clean(sent) == (kept, True)


@settings(deadline=None)
@given(ANY_TEXT | MARKS)
def test_cleaning_twice_changes_nothing_more(text):
    once, _ = clean(text)

    assert clean(once) == (once, False)


@settings(deadline=None)
@given(ANY_TEXT | MARKS)
def test_nfc_is_what_the_standard_library_says(text):
    assert nfc(text) == normalize("NFC", text)


@pytest.mark.parametrize("run", ["\u0301\u0316", "\u0f73", "\u0f72\u0f71\u0301"])
def test_nfc_of_many_disordered_marks_takes_no_time(run):
    many = "e" + run * (300_000 // len(run))
    began = time.process_time()

    nfc(many)

    assert time.process_time() - began < 10  # over a minute by normalize alone


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u00a0"])
def test_nothing_but_blanks_is_blank(text):
    assert is_blank(text)


def test_one_letter_is_not_blank():
    assert not is_blank(" a ")


@pytest.mark.parametrize(
    ("text", "most_chars", "kept"),
    [
        ("abcdef", 6, ("abcdef", False)),
        ("abcdef", 3, ("abc", True)),
        ("abcdef", 0, ("", True)),
        ("abq\u0301d", 3, ("ab", True)),
        ("ab👩\u200d👧d", 3, ("ab", True)),
        ("ab👩\u200d👧d", 4, ("ab", True)),
        ("ab❤\ufe0f", 3, ("ab", True)),
        ("e" + "\u0316" * 100, 50, ("e" + "\u0316" * 49, True)),
    ],
)
def test_a_cut_keeps_letters_whole_where_that_is_cheap(text, most_chars, kept):
    assert cut(text, most_chars) == kept


@settings(deadline=None)
@given(ANY_TEXT | MARKS, st.integers(0, 70))
def test_a_cut_is_a_beginning_of_at_most_so_many_characters(text, most_chars):
    kept, was_cut = cut(text, most_chars)

    assert text.startswith(kept)
    assert len(kept) <= most_chars
    assert was_cut == (kept != text)


@settings(deadline=None)
@given(ANY_TEXT, st.integers(0, 240))
def test_fits_bytes_counts_utf8(text, most_bytes):
    assert fits_bytes(text, most_bytes) == (len(text.encode()) <= most_bytes)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is", "as it is"),
        (Number("1e400"), "1e400"),
        (Number("9" * 5_000), "9" * 5_000),
        (7, "7"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        ([], "[]"),
        (["paint", Number("1.0"), None], '["paint",1.0,null]'),
        ({"q": {"a": "שלום"}, "b": "/"}, '{"q":{"a":"שלום"},"b":"/"}'),
    ],
)
def test_what_is_not_text_becomes_its_json_text(value, text):
    assert json_text(value) == text


def test_the_text_of_a_number_is_a_plain_string():
    assert type(json_text(Number("1"))) is str


def test_something_that_json_has_not_is_a_type_error():
    with pytest.raises(TypeError):
        json_text({"a": object()})


def test_canonical_json_sorts_keys_and_keeps_literals():
    value = {"b": Number("1.0"), "a": {"d": None, "c": ["ש", True]}}

    assert canonical_json(value) == '{"a":{"c":["ש",true],"d":null},"b":1.0}'.encode()


def test_canonical_json_tells_a_number_from_its_text():
    assert canonical_json({"a": Number("1")}) != canonical_json({"a": "1"})


@pytest.mark.parametrize("value", [True, 1, Number("1"), "1", "true", "TRUE", "Yes", " yes\n", "on", "On", "t", "T"])
def test_many_words_say_true(value):
    assert read_boolean(value) is True


@pytest.mark.parametrize("value", [False, 0, Number("0"), "0", "false", "No", "no ", "OFF", "f", "F"])
def test_many_words_say_false(value):
    assert read_boolean(value) is False


@pytest.mark.parametrize("value", [None, "", "  \n"])
def test_null_and_blank_say_nothing(value):
    assert read_boolean(value) is None


@pytest.mark.parametrize("value", ["maybe", "2", 2, Number("10"), "y", "tr ue", [], ["true"], {}, {"a": "1"}, 1.5])
def test_anything_else_is_no_boolean(value):
    with pytest.raises(ValueError, match="neither true nor false"):
        read_boolean(value)


@settings(max_examples=50, deadline=None)
@given(st.integers() | st.booleans() | st.none() | ANY_TEXT)
def test_reading_a_boolean_raises_nothing_but_value_error(value):
    try:
        read_boolean(value)
    except ValueError:
        assert value not in (True, False, None)
