import pytest

from leadhall.clients.phone import read_phone


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
