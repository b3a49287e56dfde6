import pytest

from leadhall.clients.statuses import label_of, read_status


@pytest.mark.parametrize("text", ["lead", "Lead", " LEAD "])
def test_a_status_is_read_by_key_or_label_in_any_case(text):
    assert read_status(text) == "lead"


def test_a_status_is_read_by_the_businesss_own_word():
    assert read_status("new  Patient", {"lead": "New patient"}) == "lead"


def test_an_unknown_status_is_none():
    assert read_status("vip") is None


def test_a_businesss_own_word_never_takes_the_place_of_a_key():
    assert read_status("customer", {"lead": "Customer"}) == "customer"


def test_a_status_is_shown_in_the_businesss_own_word():
    assert label_of("lead", {"lead": "New patient"}) == "New patient"
    assert label_of("loyal", {"lead": "New patient"}) == "Loyal"
