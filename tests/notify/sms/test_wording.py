import pytest

from leadhall.notify.sms.wording import (
    BODY_MOST_CHARS,
    WORDS,
    code_text,
    command_text,
    letters,
    owner_text,
    reply_text,
    title_words,
)

LINK = "https://leads.example.com/x"


def test_the_owner_reads_who_about_what_and_our_link():
    assert owner_text("Dana", "Kitchen renovation", LINK, "en") == f"New lead: Dana – Kitchen renovation {LINK}"


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Dana", "Dana"),
        ("Anne-Marie O'Neil", "AnneMarie ONeil"),
        ("דנה לוי", "דנה לוי"),
        ("Zoë", "Zoë"),
        ("http://evil.example", "httpevilexample"),
        ("call 555-0132 @now", "call now"),
        ("\u202eevil\u200b", "evil"),
        ("🙂", ""),
        ("x" * 60, "x" * 40),
        ("a\nb\tc", "a b c"),
    ],
)
def test_of_a_name_only_letters_are_told(name, left):
    assert letters(name) == left


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Kitchen renovation", "Kitchen renovation"),
        ("See http://evil.example/x now", "See now"),
        ("Go to evil.example", "Go to"),
        ("www.evil", ""),
        ("evil．example", ""),
        ("ev\u200bil.exam\u200bple", ""),
        ("EVIL.COM/path?x", ""),
        ("javascript://x ok", "ok"),
        ("10.0.0.1/login here", "here"),
        ("mail me@evil.example now", "mail now"),
        ("פנו אל דוגמה.קום היום", "פנו אל היום"),
        ("A room of 3.5 m", "A room of 3.5 m"),
        ("one\ntwo\r\nthree", "one two three"),
        ("x" * 80, "x" * 60),
        ("", ""),
    ],
)
def test_of_a_title_no_word_is_told_that_a_telephone_makes_a_link_of(title, left):
    assert title_words(title) == left


def test_a_lead_without_a_name_that_has_letters_is_somebody():
    assert owner_text("123", "http://x.example", LINK, "en") == f"New lead: Somebody {LINK}"


@pytest.mark.parametrize(
    ("locale", "language"), [("he", "he"), ("de-AT", "de"), ("fr_CA", "fr"), ("ja", "en"), ("", "en")]
)
def test_texts_speak_the_businesss_language(locale, language):
    assert owner_text("Dana", "", LINK, locale).startswith(WORDS[language].new_lead)


@pytest.mark.parametrize("locale", WORDS)
def test_a_code_stands_in_its_text_in_every_language(locale):
    assert "123456" in code_text("123456", locale)


def test_the_first_text_of_a_thread_says_whom_it_is_from_and_how_to_end_it():
    told = reply_text("We can come on Monday.", business="Acme Plumbing", first=True, locale="en")

    assert told == "Acme Plumbing: We can come on Monday.\nReply STOP to get no more texts."


def test_later_texts_are_as_they_were_written():
    assert reply_text("Fine.", business="Acme", first=False, locale="en") == "Fine."


@pytest.mark.parametrize("first", [True, False])
def test_no_text_is_longer_than_the_provider_takes(first):
    told = reply_text("x" * 5000, business="Acme", first=first, locale="he")

    assert len(told) == BODY_MOST_CHARS
    assert "…" in told


def test_a_text_of_just_the_length_that_is_taken_is_whole():
    assert reply_text("x" * BODY_MOST_CHARS, business="", first=False, locale="en") == "x" * BODY_MOST_CHARS


@pytest.mark.parametrize("locale", WORDS)
@pytest.mark.parametrize("command", ["stop", "start", "help"])
def test_a_command_is_answered_in_every_language_by_whom_it_was_told(locale, command):
    told = command_text(command, business="Acme {x}", phone="+1 415\n555", locale=locale)

    assert told.startswith("Acme {x}")
    assert ("+1 415 555" in told) is (command == "help")


def test_an_answer_is_told_as_one():
    assert owner_text("Dana", "Kitchen", LINK, "en", is_answer=True) == f"Answer from Dana – Kitchen {LINK}"
