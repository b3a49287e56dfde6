import pytest

from leadhall.inbound.letters.quoting import own_words


@pytest.mark.parametrize(
    "after",
    [
        "\n\nOn Mon, 3 Nov 2026 at 10:00, Acme <a@x.example> wrote:\n> We come on Monday.",
        "\n\nOn Mon, 3 Nov 2026 at 10:00,\nAcme Plumbing <r+abc@in.example>\nwrote:\n\n> We come",
        "\n\nAm 3.11.2026 um 10:00 schrieb Acme:\n> Wir kommen",
        "\n\nLe lun. 3 nov. 2026 à 10:00, Acme a écrit :\n> Nous",
        "\n\nEl lun, 3 nov 2026 a las 10:00, Acme escribió:\n> Vamos",
        "\n\nבתאריך יום ב׳, 3 בנוב׳ 2026, מאת Acme כתב:\n> נבוא",
        "\n\n-----Original Message-----\nFrom: Acme\nWe come",
        "\n\nFrom: Acme\nSent: Monday\nTo: Dana\nSubject: Kitchen\n\nWe come",
        "\n\n> We come on Monday.\n> Really.",
        "\n-- \nDana Levi\nTel 1",
        "\n\nSent from my iPhone",
        "",
    ],
)
def test_what_a_person_wrote_is_left(after):
    assert own_words(f"Monday is fine.{after}") == "Monday is fine."


def test_answers_between_quoted_lines_stay():
    told = own_words("On Monday Acme wrote:\n> When?\nAt nine.\n> Where?\nAt home.")

    assert told == "At nine.\nAt home."


@pytest.mark.parametrize("text", ["> all of it is quoted", "On it!", "From: here\nTo: there", "-- "])
def test_when_in_doubt_it_stays(text):
    assert own_words(text) == text.strip()
