import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadhall.core.errors import Invalid
from leadhall.core.text import Number
from leadhall.web.api.given import Given

READERS = {
    "text": lambda given: given.text("x", needed=True),
    "word": lambda given: given.word("x", ("a", "b")),
    "boolean": lambda given: given.boolean("x"),
    "number": lambda given: given.number("x", least=-10, most=10**18),
    "texts": lambda given: given.texts("x", needed=True),
    "part": lambda given: given.part("x").text("x"),
    "parts": lambda given: [part.texts("x") for part in given.parts("x") or ()],
    "pairs": lambda given: given.pairs("x", needed=True),
    "listed": lambda given: given.listed("x"),
}
LONG = "9" * 5_000
ODD = ("--5", "-", "²", "٣", "١٢", LONG, f"-{LONG}", "1e999999999", "", " ", ",", "0x1", "1_0", "\u200d", "x" * 300)
texts = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=("Cs",)), max_size=20))
numbers = st.one_of(st.integers().map(str), st.floats(allow_nan=False, allow_infinity=False).map(repr)).map(Number)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts | st.just("x"), inner, max_size=4)),
    max_leaves=12,
)


def faults(given):
    return [(fault.code, fault.field) for fault in given.faults]


def test_texts_are_clean_and_blank_ones_absent():
    given = Given({"a": "  x\r\ny ", "b": "  ", "c": None, "d": Number("1.0"), "e": True})

    assert [given.text(name) for name in "abcdef"] == ["x\ny", None, None, "1.0", "true", None]
    given.settle()


def test_every_fault_of_a_body_is_told_at_once_under_its_whole_name():
    given = Given({"title": {}, "staff": {"role": "king", "age": "old"}, "n": "1e3", "flag": "maybe"})
    staff = given.part("staff")
    given.text("title")
    staff.word("role", ("user",))
    staff.text("display_name", needed=True)
    given.number("n", least=0, most=100)
    given.boolean("flag")

    with pytest.raises(Invalid):
        given.settle()
    assert faults(given) == [
        ("not_text", "title"),
        ("invalid", "staff.role"),
        ("missing", "staff.display_name"),
        ("invalid", "n"),
        ("invalid", "flag"),
    ]


@pytest.mark.parametrize("value", ["a, b,", ["a", " b ", None, ""], {"0": "a", "1": "b"}])
def test_lists_come_as_lists_as_comma_strings_and_as_objects_with_numbers(value):
    assert Given({"tags": value}).texts("tags") == ["a", "b"]


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(value=values)
@example(value="--5")
@example(value={LONG: "a"})
@example(value={"²": "a", "٣": "b"})
@example(value=[{"x": {LONG: {}}}])
def test_whatever_a_caller_sends_is_read_or_is_a_fault_and_breaks_no_reader(name, value):
    given = Given({"x": value})
    READERS[name](given)

    assert all(str(fault.field).startswith("x") for fault in given.faults)


@pytest.mark.parametrize("blank", [None, "", "  ", "\r\n"])
def test_a_blank_in_place_of_a_list_or_an_object_is_absent(blank):
    given = Given({"x": blank})

    assert (given.texts("x"), given.parts("x"), given.part("x").keys, given.pairs("x")) == (None, None, (), {})
    assert faults(given) == []
    given.texts("x", needed=True), given.part("x", needed=True)
    assert faults(given) == [("missing", "x"), ("missing", "x")]


@pytest.mark.parametrize("value", [[{}], {"a": "b"}, ["x" * 300], {"9" * 10: "a"}, {"²": "a"}])
def test_what_is_no_list_of_texts_is_a_fault(value):
    given = Given({"tags": value})

    assert given.texts("tags") is None
    assert [fault.field for fault in given.faults] == ["tags"]


def test_a_blank_text_clears_only_where_that_is_asked_for():
    given = Given({"phone": "", "email": None})

    assert (given.text("phone", blank=True), given.text("email", blank=True)) == ("", None)


def test_an_absent_list_is_told_from_an_empty_one():
    assert Given({}).texts("x") is None
    assert Given({"x": []}).texts("x") == []
    assert faults_of_needed({}) == faults_of_needed({"x": []}) == [("missing", "x")]


def faults_of_needed(content):
    given = Given(content)
    given.texts("x", needed=True)
    return faults(given)


def test_numbers_have_bounds_however_they_are_written():
    assert Given({"n": Number("7")}).number("n", least=0, most=9) == 7
    assert Given({"n": "7"}).number("n", least=0, most=9) == 7
    for wrong in ("-1", "10", "1.5", LONG, "²", "--5", "5-"):
        given = Given({"n": wrong})
        assert given.number("n", least=0, most=9) is None
        assert given.faults


def test_objects_of_a_list_name_their_place():
    given = Given({"clients": [{"id": "a"}, {}]})
    for part in given.parts("clients"):
        part.text("id", needed=True)

    assert faults(given) == [("missing", "clients[1].id")]
