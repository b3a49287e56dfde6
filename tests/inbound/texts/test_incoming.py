import pytest

from leadhall.core.errors import Invalid
from leadhall.inbound.texts.incoming import TEXT_MOST_CHARS, read_text

FORM = {"MessageSid": "SM1", "From": "+14155550132", "To": "+15005550006", "Body": " Hello\x00 "}


def test_a_text_is_read_and_cleaned():
    text = read_text(FORM | {"MessagingServiceSid": "MG1"})

    assert (text.uid, text.theirs, text.ours, text.text) == ("SM1", "+14155550132", ("+15005550006", "MG1"), "Hello")
    assert not text.was_answered


def test_what_came_with_it_is_told_by_kind():
    text = read_text(FORM | {"NumMedia": "2", "MediaContentType0": "image/jpeg", "MediaContentType1": "text/vcard"})

    assert text.files == ("image/jpeg", "text/vcard")


def test_a_long_text_is_cut():
    assert len(read_text(FORM | {"Body": "a" * 20_000}).text) == TEXT_MOST_CHARS


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"MessageSid": ""}, "MessageSid"),
        ({"MessageSid": "S" * 65}, "MessageSid"),
        ({"From": "32665"}, "From"),  # a short code: nobody can be answered there
        ({"From": "anonymous"}, "From"),
        ({"To": ""}, "To"),
    ],
)
def test_what_is_no_text_is_refused_by_name(more, field):
    with pytest.raises(Invalid) as refused:
        read_text(FORM | more)

    assert [fault.field for fault in refused.value.faults] == [field]


def test_every_fault_is_named_at_once():
    with pytest.raises(Invalid) as refused:
        read_text({})

    assert [fault.field for fault in refused.value.faults] == ["MessageSid", "From", "To"]
