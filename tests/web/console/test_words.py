"""Every sentence of the console is there in every language, and no catalog says what is nowhere asked."""

import re
from datetime import UTC, datetime

import pytest

from leadhall.web.console.words import LANGUAGES, words_asked_for, words_for
from tests.web.console.extraction import LANGUAGES as TRANSLATED
from tests.web.console.extraction import all_sentences, sentences, translated

PLACE = re.compile(r"%\(\w+\)[sd]")
NOON = datetime(2026, 3, 5, 12, 30, tzinfo=UTC)


def texts(text):
    return (text,) if isinstance(text, str) else text


def test_every_language_that_can_be_chosen_has_a_catalog():
    assert {*TRANSLATED, "en"} == set(LANGUAGES)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_untranslated_and_none_is_stale(language):
    said = translated(language)

    assert {msgid for msgid in all_sentences() if not all(texts(said.get(msgid, "")))} == set()
    assert said.keys() - all_sentences() == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_what_the_sentence_does(language):
    wrong = {
        msgid: said
        for msgid, said in translated(language).items()
        if {*PLACE.findall(" ".join(texts(msgid)))} != {*PLACE.findall(" ".join(texts(said)))}
    }

    assert wrong == {}


def test_a_sentence_that_is_nowhere_translated_is_found(tmp_path):
    (tmp_path / "page.html").write_text("{{ _('Fresh words') }}")
    (tmp_path / "page.py").write_text("words('Other words'); words('key.of_letters')")

    assert sentences(tmp_path) == {"Fresh words", "Other words"}


@pytest.mark.parametrize(
    ("locale", "language", "direction"),
    [("he", "he", "rtl"), ("iw_IL", "he", "rtl"), ("de-AT", "de", "ltr"), ("pt-BR", "en", "ltr"), (None, "en", "ltr")],
)
def test_a_locale_is_read_as_people_have_it(locale, language, direction):
    words = words_for(locale)

    assert (words.language, words.direction) == (language, direction)


def test_a_browser_asks_for_its_language():
    assert words_asked_for("fr-CA,fr;q=0.9,en;q=0.5").language == "fr"
    assert words_asked_for("xx,*").language == "en"


def test_times_are_told_as_the_reader_writes_them():
    assert words_for("de-DE", "Europe/Berlin").moment(NOON) == "05.03.2026, 13:30"
    assert words_for("fr", "Europe/Paris").number(12345.5) == "12\u202f345,5"
    assert words_for("en", "America/New_York").short(NOON, NOON).replace("\u202f", " ") == "7:30 AM"
    assert words_for("en").short(NOON, NOON.replace(day=9)) == "Mar 5"


def test_what_is_counted_to_a_thousand_says_when_there_is_more():
    assert [words_for("en").count(number) for number in (0, 999, 1_000)] == ["0", "999", "999+"]
