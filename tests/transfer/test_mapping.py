import pytest

from leadhall.clients.card import Card, CardField
from leadhall.core.errors import Invalid
from leadhall.transfer.mapping import map_columns

CARD = Card.of([CardField("f1", "Budget", "singleline"), CardField("f2", "Newsletter", "opt-in")])


def test_columns_are_guessed_by_headings_and_by_the_fields_of_the_card():
    headings = ["First name", "SURNAME", "E-Mail", "Mobile phone", "budget", "Newsletter", "Shoe size", "created_at"]

    assert map_columns(CARD, headings).targets == [
        *("first_name", "last_name", "email", "phone", "f1", "opt_in", None, None)
    ]


def test_of_two_columns_that_could_mean_a_field_the_first_does():
    assert map_columns(CARD, ["Phone", "Mobile", "Email", "Email"]).targets == ["phone", None, "email", None]


def test_what_is_said_comes_before_what_is_guessed():
    said = {"Phone": None, "mobile": "phone", "Shoe size": "Budget"}

    assert map_columns(CARD, ["Name", "Phone", "Mobile", "Shoe size"], said).targets == ["name", None, "phone", "f1"]


def test_a_mapping_that_was_stored_means_the_same_again():
    first = map_columns(CARD, ["Email", "Email", "Budget"])

    assert map_columns(CARD, ["Email", "Email", "Budget"], first.told).targets[0] == "email"


def test_headings_that_differ_in_case_alone_keep_what_was_told_of_each():
    headings = ["Name", "Email", "EMAIL"]
    first = map_columns(CARD, headings)

    assert first.told == {"Name": "name", "Email": "email", "EMAIL": None}
    assert map_columns(CARD, headings, first.told).targets == ["name", "email", None]
    assert map_columns(CARD, headings, {"EMAIL": "email", "Email": None}).targets == ["name", None, "email"]
    assert map_columns(CARD, ["Name", "E Mail"], {"email": "phone"}).targets == ["name", "phone"]


def test_a_mapping_of_more_columns_than_a_file_has_is_refused_with_one_fault():
    with pytest.raises(Invalid) as refused:
        map_columns(CARD, ["Name"], {f"c{n}": "email" for n in range(50_000)})

    assert [fault.code for fault in refused.value.faults] == ["too_many"]


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (["Name"], {"Nome": "name"}),
        (["Name", "X"], {"X": "shoe_size"}),
        (["Name", "X", "Y"], {"X": "email", "Y": "email"}),
        (["Shoe size"], None),
        (["Name", "X"], {"X": "business_id"}),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(headings, said):
    with pytest.raises(Invalid):
        map_columns(CARD, headings, said)
