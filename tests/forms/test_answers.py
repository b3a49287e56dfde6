from hypothesis import given
from hypothesis import strategies as st

from leadhall.forms.answers import CONSENTS, TEXTS, TITLE, _text
from tests.forms.forms import a_form, typed


def lead(content, form=None, **how):
    return typed(content, *([form] if form else []), **how).submission


def test_what_everybody_asks_is_read_under_the_names_that_site_builders_give():
    read = lead({"your-name": "Dana", "your-email": "d@example.com", "tel": "555 0123", "your-message": "Hi"})

    assert (read.first_name, read.email, read.phone, read.message_data) == (
        "Dana",
        "d@example.com",
        "555 0123",
        [("message", "Hi")],
    )


def test_an_answer_of_the_forms_own_keeps_its_name():
    assert lead({"Budget": " 10,000 ", "Rooms": ["two", "three"]}).request_data == [
        ("Budget", "10,000"),
        ("Rooms", "two, three"),
    ]


def test_what_only_a_token_may_say_is_an_answer_like_any_other():
    read = lead({"status": "customer", "tags": "vip", "notifications": "sms", "system_message": "x", "source": "me"})

    assert (read.status, read.tags, read.system_message, read.notifications) == (None, [], None, ["email"])
    assert [name for name, _ in read.request_data] == ["status", "tags", "notifications", "system_message", "source"]


def test_a_form_without_an_email_identifies_nobody():
    assert lead({"name": "Dana", "phone": "555 0123"}).identifier_type is None


def test_an_auto_reply_is_off_until_the_owner_asks_for_it():
    assert lead({"name": "Dana"}).notifications == ["email"]
    assert lead({"name": "Dana"}, a_form(auto_reply=True, sms=True)).notifications == ["email", "sms", "auto-reply"]


def test_a_ticked_box_is_a_consent_with_its_words_page_address_and_time():
    read = lead({"opt_in": "yes", "consent_text": "Send me news"})

    assert read.opt_in is True
    assert read.evidence == {
        "consent_text": "Send me news",
        "consent_url": "https://example.com/contact",
        "visitor_ip": "203.0.113.7",
        "visitor_user_agent": "Mozilla",
        "captured_at": "2026-11-26T12:00:00Z",
    }


def test_a_box_that_did_not_come_is_no_answer():
    assert lead({"name": "Dana", "consent_text": "Send me news"}).opt_in is None


def test_the_page_is_told_by_the_form_else_by_the_browser():
    assert lead({"_page": "https://example.com/kitchens"}).source_url == "https://example.com/kitchens"
    assert lead({}).source_url == "https://example.com/contact"


def test_the_title_is_the_strangers_else_the_forms_else_ours():
    assert lead({"subject": "Kitchen"}, a_form(title="Quote")).request_title == "Kitchen"
    assert lead({}, a_form(title="Quote")).request_title == "Quote"
    assert lead({}).request_title == "Contact form"


_VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=12) | st.sampled_from(["name", "email", "opt_in", "_once"]), _VALUES))
def test_whatever_is_typed_can_be_read_and_no_answer_is_lost(content):
    read = typed(content).submission

    told = [name for name, value in content.items() if not name.startswith("_") and _text(value)]
    kept = len(read.request_data) + len(read.message_data) + (read.request_title != TITLE)
    kept += sum(getattr(read, name) is not None for name in TEXTS)
    assert kept == len([name for name in told if name.lower() not in (*CONSENTS, "consent_text")])
    assert read.faults == []
