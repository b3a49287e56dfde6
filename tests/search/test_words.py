import pytest

from leadhall.search.words import asked_for, client_lexemes, conversation_lexemes, fold, near_forms, words_in


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Müller", "muller"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("Žižek", "zizek"), ("Ἀθήνα", "αθηνα")],
)
def test_case_and_accents_make_no_other_word(text, folded):
    assert fold(text) == folded


def test_an_address_is_a_word_of_its_own_beside_its_parts():
    assert list(words_in("Write to Dana.Levi@Example.com.")) == [
        "dana.levi@example.com",
        "@example.com",
        *("write", "to", "dana", "levi", "example", "com"),
    ]


@pytest.mark.parametrize("wrong", ["jhon", "jon", "johhn", "jphn", "ohn"])
def test_one_wrong_letter_leaves_a_near_form_in_common(wrong):
    assert near_forms("john") & (near_forms(wrong) or {wrong})


def test_short_words_and_numbers_have_no_near_forms():
    assert near_forms("ann") == near_forms("1234") == set()


def test_scripts_without_blanks_are_found_from_within():
    assert {"キッチンの改装", "改装"} <= set(words_in("キッチンの改装")) | {fold(each) for each in ("改装",)}
    assert fold("改装") in set(words_in("キッチンの改装"))


def test_a_number_is_found_by_its_digits_and_their_ends():
    found = client_lexemes(7, names="", email="", numbers=["+14155550132", "(415) 555-0132"])

    assert found == ["7c.14155550132", "7c.0132", "7c.5550132", "7c.4155550132"]


def test_every_lexeme_names_its_business_and_nothing_can_leave_it():
    found = conversation_lexemes(7, client_uid="c", title="1.a 8.secret", texts=["8~x 8=y\n8.z"])

    assert all(each.startswith(("7v.", "7v~", "7v=")) for each in found)
    assert not any("\n" in each for each in found)


@pytest.mark.parametrize("term", ["", "  ", "&|!", "'\\", "\x00"])
def test_what_holds_no_word_asks_for_nothing(term):
    assert asked_for(7, "c", term) is None


def test_a_search_asks_for_every_word_by_its_beginning():
    assert asked_for(7, "c", "Dana le").direct.wanted == "'7c.dana':* & '7c.le':*"


def test_short_words_are_not_looked_up_beside_longer_ones():
    asked = asked_for(7, "c", "Dana le")
    alone = asked_for(7, "c", "le")

    assert asked.direct.looked_up == "'7c.dana':*"
    assert "'7c~dna'" in asked.near.looked_up
    assert "7c.le" not in asked.near.looked_up
    assert alone.direct.looked_up == alone.direct.wanted


def test_the_words_of_a_number_are_looked_up_without_its_short_ones():
    asked = asked_for(7, "c", "+1 669 354 1809")

    assert asked.direct.looked_up == "('7c.669':* & '7c.354':* & '7c.1809':*) | ('7c.16693541809':*)"


def test_words_of_an_attacker_stay_words():
    asked = asked_for(7, "v", "o'brien@x\\'.example | 8.secret")

    assert asked.direct.wanted == "'7v@brien@x\\\\':* & '7v.o':* & '7v.example':* & '7v.8':* & '7v.secret':*"
