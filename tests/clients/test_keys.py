import pytest

from leadhall.clients.keys import email_key, split_email, unique_id_key

SAME_PERSON = [
    ("Ruth.Katz@Example.COM", "  ruth.katz@example.com "),
    ("jo@BÜCHER.de", "jo@xn--bcher-kva.de"),
    ("jo@ex。com", "jo@ex.com"),
    ("\u212aim@x.com", "kim@x.com"),
    ("ren\u00e9@x.com", "rene\u0301@x.com"),
    ("\u1e9e@x.com", "ß@x.com"),
]
OTHER_PERSON = [
    ("ruth+web@x.com", "ruth@x.com"),
    ("r.uth@x.com", "ruth@x.com"),
    ("strasse@x.com", "straße@x.com"),
    ("oδοσ@x.com", "oδος@x.com"),
]


@pytest.mark.parametrize(("one", "other"), SAME_PERSON)
def test_spellings_of_one_address_share_a_key(one, other):
    assert email_key(one) == email_key(other)


@pytest.mark.parametrize(("one", "other"), OTHER_PERSON)
def test_addresses_that_may_be_two_people_keep_two_keys(one, other):
    assert email_key(one) != email_key(other)


@pytest.mark.parametrize("text", [one for pair in SAME_PERSON + OTHER_PERSON for one in pair] + ["a@b_ü.de", "İ@İ.tr"])
def test_the_key_of_an_email_key_is_itself(text):
    assert email_key(email_key(text)) == email_key(text)


@pytest.mark.parametrize("text", ["", "@", "a@", "@b", " @b ", "no at"])
def test_a_text_without_two_parts_around_an_at_is_no_email(text):
    assert split_email(text) is None
    with pytest.raises(ValueError, match="two parts"):
        email_key(text)


def test_a_domain_that_idna_refuses_is_only_lowered():
    assert email_key("a@B_Ü.de") == "a@b_ü.de"


def test_a_domain_of_thousands_of_letters_costs_no_time_and_is_only_lowered():
    assert email_key("a@" + "Ü" * 10_000) == "a@" + "ü" * 10_000


def test_a_unique_id_keeps_its_case_and_loses_its_outer_blanks():
    assert unique_id_key(" Crm-1 ") == "Crm-1"
    assert unique_id_key("Crm-1") != unique_id_key("crm-1")


def test_a_unique_id_is_compared_in_nfc():
    assert unique_id_key("rene\u0301") == unique_id_key("ren\u00e9")
