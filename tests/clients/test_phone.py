import random

import phonenumbers
import pytest

from leadhall.clients.phone import _ask_the_library, plain_e164, read_phone


def test_a_number_without_a_plus_is_of_the_businesss_country():
    assert read_phone("(0) 20 7946 0958", "GB").e164 == "+442079460958"


def test_a_plus_says_the_country_itself():
    assert read_phone("+1 (415) 555-0132", "GB").e164 == "+14155550132"


def test_a_number_keeps_the_spelling_it_came_with():
    assert read_phone("+1 (415) 555-0132", "US").raw == "+1 (415) 555-0132"


def test_a_number_without_its_area_code_has_no_e164_form():
    assert read_phone("555-0123", "US").e164 is None


def test_a_number_that_no_country_hands_out_is_said_to_be_invalid():
    assert read_phone("+15551234567", "US").valid is False
    assert read_phone("+14155550132", "US").valid is True


@pytest.mark.parametrize(
    "text", ["", "abc", "call me", "1" * 300, "+" * 200 + "123", "\U0001d7d9" * 12, "²³" * 8, "-" * 79]
)
@pytest.mark.parametrize("country", ["US", "us", "", "ZZ", "x" * 50])
def test_nothing_that_is_sent_as_a_phone_raises(text, country):
    assert read_phone(text, country).raw == text


def test_letters_are_no_phone():
    assert read_phone("call me", "US").e164 is None


def _numbers_of_all_countries(chance):
    """Example numbers and made-up ones of every country code and of none, tidy and untidy."""
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        example = phonenumbers.example_number_for_non_geo_entity(code) or phonenumbers.example_number(regions[0])
        if example:
            text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            place = chance.randrange(1, len(text))
            yield from (text, text[:place] + chance.choice("0123456789 ()-.") + text[place:], text[:-1])
        for _ in range(20):
            yield f"+{code}{chance.choice(' -.(')}{chance.randrange(10 ** chance.randrange(3, 14))}"
    for _ in range(500):
        yield f"+{chance.randrange(10**12)}"


def test_the_quick_reading_of_a_number_is_the_librarys():
    numbers = list(_numbers_of_all_countries(random.Random(7)))
    quick = {text: form for text in numbers if (form := plain_e164(text))}

    assert quick == {text: _ask_the_library(text, "US").e164 for text in quick}
    assert len(quick) > len(numbers) // 4


@pytest.mark.parametrize(
    "text", ["+44 (0)20 7946 0958", "+1 1 415 555 0132", "+39 06 1234", "+0 12345678", "+999 1234567"]
)
def test_a_number_with_something_in_front_is_left_to_the_library(text):
    assert plain_e164(text) is None
