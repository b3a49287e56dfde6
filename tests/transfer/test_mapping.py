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
