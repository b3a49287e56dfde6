import pytest

from leadhall.clients.card import BUILT_IN, CannotHold, Card, CardField, fit, label_key

FIRST_NAME = BUILT_IN[0]
ADDRESS = BUILT_IN[4]


def a_field(type_, **more):
    return CardField("f1", "Field", type_, **more)


@pytest.mark.parametrize("key", ["First Name", "first name", "FIRSTNAME", " first  name ", "first_name"])
def test_a_key_finds_its_field_by_id_or_label_whatever_its_case_and_blanks(key):
    assert Card().find(key) == FIRST_NAME


def test_a_key_that_names_no_field_finds_none():
    assert Card().find("Tell Us About Your Project") is None


def test_the_first_in_card_order_wins_when_two_share_a_label():
    one, two = CardField("f1", "Budget", "singleline"), CardField("f2", "BUDGET", "dropdown")

    assert Card.of([one, two]).find("budget") == one


def test_an_id_comes_before_another_fields_label():
    one, two = CardField("f1", "f2", "singleline"), CardField("f2", "Budget", "singleline")

    assert Card.of([one, two]).find("f2") == two


def test_labels_of_other_scripts_ignore_case_too():
    assert label_key("ÉTAT civil") == label_key("e\u0301tat CIVIL")


def test_the_card_tells_its_opt_in_field():
    opt_in = CardField("f9", "News", "opt-in")

    assert Card.of([opt_in]).first_of("opt-in") == opt_in
    assert Card().first_of("opt-in") is None


@pytest.mark.parametrize("type_", ["opt-in", "status", "identifier"])
def test_request_data_never_writes_consent_status_or_identity(type_):
    assert a_field(type_).by_request_data is False
    assert a_field("singleline").by_request_data is True


@pytest.mark.parametrize(
    ("type_", "value", "stored"),
    [
        ("singleline", "two\nlines", "two lines"),
        ("singleline", "x" * 300, "x" * 255),
        ("address", "x" * 1200, "x" * 1000),
        ("address", "12 Harbour St\nOakland", "12 Harbour St\nOakland"),
        ("datepicker", "2026-12-04", "2026-12-04"),
        ("checkbox", "Yes", "true"),
        ("checkbox", "0", "false"),
        ("opt-in", "on", "1"),
        ("email", "a@b", "a@b"),
        ("phone", "555-0123", "555-0123"),
        ("status", "Customer", "customer"),
        ("identifier", "A-1", "A-1"),
        ("from another version", "text", "text"),
    ],
)
def test_a_value_that_fits_is_stored_as_its_type_holds_it(type_, value, stored):
    assert fit(a_field(type_), value) == stored


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("datepicker", "31/12/2026"),
        ("datepicker", "2026-02-30"),
        ("datepicker", "20261204"),
        ("datepicker", "٢٠٢٦-١٢-٠٤"),
        ("checkbox", "perhaps"),
        ("email", "nobody"),
        ("email", "a@" + "b" * 400),
        ("phone", "call me"),
        ("status", "vip"),
        ("identifier", "x" * 256),
        ("dropdown", "Purple"),
    ],
)
def test_a_value_that_its_type_cannot_hold_is_told_apart(type_, value):
    assert isinstance(fit(a_field(type_, options=("Red", "Dark Blue")), value), CannotHold)


def test_a_dropdown_holds_its_option_as_the_owner_spelled_it():
    assert fit(a_field("dropdown", options=("Red", "Dark Blue")), "dark blue") == "Dark Blue"
