"""What letters say: all of a lead, in five languages, in both parts alike, and nothing a stranger wrote is markup."""

from __future__ import annotations

import re
import time
import tracemalloc
from html.parser import HTMLParser

import pytest

from leadhall.notify.letters import account, trouble
from leadhall.notify.letters.auto_reply import auto_reply, safe_first_name
from leadhall.notify.letters.digest import digest
from leadhall.notify.letters.facts import MessageFacts
from leadhall.notify.letters.links import dialled, linkified, mail_link, web_link
from leadhall.notify.letters.notice import Ways, notice
from leadhall.notify.letters.render import html_of, text_part
from leadhall.notify.letters.reply import reply
from leadhall.notify.letters.wording import Wording, WordingFault, check_wording, render_wording
from leadhall.notify.letters.words import LANGUAGES, words_in
from tests.notify.letters_facts import ANN, BUSINESS, LEAD, changed

DIRECT = Ways(answered_url="https://leads.example.com/m/a", stop_url="https://leads.example.com/m/s")
THROUGH = Ways(answered_url=None, stop_url=None)
MESSAGE = MessageFacts(uid="m2", direction="client_to_business", text="Any news?", staff_name="Ann Owner")
SCHEMES = ("http:", "https:", "mailto:", "tel:", "sms:")


class Page(HTMLParser):
    """Links, tags and the text of an HTML part."""

    def __init__(self, html):
        super().__init__()
        self.links, self.tags, self.events, self.words = [], set(), [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.events += [name for name, _ in attrs if name.startswith("on")]
        if tag == "a":
            self.links.append(dict(attrs)["href"])

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(self.words)


def the_notice(lead=LEAD, ways=DIRECT, **more):
    return notice(BUSINESS, ANN, lead, ways, **more)


# the owner's notice


def test_subject_and_preheader_say_on_a_lock_screen_who_asks_what_and_how_to_call():
    letter = the_notice()

    assert letter.subject == "Dana Levi: Kitchen"
    assert letter.preheader.startswith("(415) 555-0132 · Could you come next week?")


@pytest.mark.parametrize("part", ["text", "html"])
def test_everything_that_came_stands_in_both_parts(part):
    letter = the_notice()
    told = text_part(letter) if part == "text" else Page(html_of(letter)).text
    facts = [
        *("Dana Levi", "Kitchen", "(415) 555-0132", "dana@example.com", "12 Harbour St", "Website"),
        *("https://acme.example/contact?a=1&b=2", "web, spring", "Prospect (New client)", "Marketing by email"),
        *("Agreed", "Budget", "15,000", "Could you come", "next week?", "https://x.example/1", "??"),
        *(
            "a very long title",
            "more",
            "plan.pdf",
            "From the spring campaign",
            "<b>bold</b>",
            "23 November 2026, 07:00",
        ),
    ]

    assert [fact for fact in facts if fact not in told] == []


def test_the_system_message_comes_first_and_its_links_can_be_pressed():
    html = html_of(the_notice())

    assert "https://plans.example.com/p?a=1&b=2" in Page(html).links
    assert html.index("spring campaign") < html.index("tel:+14155550132") < html.index("plan.pdf")


def test_call_text_answer_and_i_answered_are_links():
    links = Page(html_of(the_notice())).links

    assert {"tel:+14155550132", "sms:+14155550132", "https://leads.example.com/m/a"} <= set(links)
    assert "mailto:dana@example.com?subject=Re%3A%20Kitchen" in links


def test_where_replies_come_through_us_there_is_no_button_and_answering_is_replying():
    letter = the_notice(ways=THROUGH)

    assert "I answered" not in text_part(letter)
    assert "mailto:" not in text_part(letter)
    assert "Reply to this mail and Dana Levi gets your answer." in text_part(letter)


def test_a_lead_of_whom_little_is_known_makes_a_letter_too():
    letter = the_notice(changed(LEAD, contact={}, parts=[], source=None, source_url=None, tags=[], consents=[]))

    assert letter.subject == "Somebody: Kitchen"
    assert "Somebody left no email address." in text_part(letter)
    assert "tel:" not in html_of(letter)


def test_an_answer_of_the_lead_is_told_as_one():
    letter = the_notice(message=MESSAGE)

    assert letter.subject == "Dana Levi answered: Kitchen"
    assert "Any news?" in text_part(letter)
    assert "spring campaign" not in text_part(letter)


def test_a_test_lead_says_so():
    assert the_notice(changed(LEAD, is_test=True)).subject.startswith("[Test]")


# languages


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_places(language):
    ours, english = words_in(language)._texts, words_in("en")._texts

    assert ours.keys() == english.keys()
    places = {key: sorted(set(re.findall(r"{\w+}", text))) for key, text in ours.items()}
    assert places == {key: sorted(set(re.findall(r"{\w+}", text))) for key, text in english.items()}


def test_every_language_is_written_and_none_a_copy_of_english():
    for language in LANGUAGES[1:]:
        same = [
            key
            for key, text in words_in(language)._texts.items()
            if text == words_in("en")._texts[key] and len(text) > 12
        ]
        assert [key for key in same if not key.endswith((".subject", "_text", "_test"))] == [], language


@pytest.mark.parametrize(
    ("locale", "language"),
    [("he", "he"), ("iw_IL", "he"), ("es-MX", "es"), ("DE", "de"), ("fr_CA", "fr"), ("pt-BR", "en"), (None, "en")],
)
def test_a_locale_finds_its_language(locale, language):
    assert words_in(locale).language == language


def all_letters(locale):
    business, words = changed(BUSINESS, locale=locale), words_in(locale)
    return [
        notice(business, ANN, LEAD, DIRECT),
        notice(business, ANN, LEAD, THROUGH, MESSAGE),
        auto_reply(business, LEAD),
        reply(business, LEAD, MESSAGE),
        digest(business, ANN, [LEAD, LEAD], count=25, stop_url="https://leads.example.com/m/s"),
        digest(business, ANN, [], count=0, stop_url="https://leads.example.com/m/s", answered=[LEAD], answers=3),
        account.invitation(words, business="Acme", by=None, url="https://x.example/i", until="tomorrow"),
        account.sign_in(words, brand="Leadhall", url="https://x.example/s", until=None),
        account.verify(words, business="Acme", url="https://x.example/v", until="tomorrow"),
        trouble.endpoint_off(words, business, {"url": "https://h.example", "days": 5, "answer": "500"}),
        trouble.endpoint_off(words, business, {"url": "https://h.example", "gone": True}),
        trouble.endpoint_failing(words, business, {"url": "https://h.example", "since": "yesterday"}),
        trouble.dead_token(words, business, {"token_uid": "t1", "label": "site"}),
    ]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_letter_is_written_in_every_language_in_both_parts(locale):
    for letter in all_letters(locale):
        html = html_of(letter)
        assert letter.subject
        assert "{" not in text_part(letter)
        assert f'lang="{locale}" dir="{"rtl" if locale == "he" else "ltr"}"' in html
        assert "direction:ltr" not in html or locale != "he"
        assert all(link.startswith(SCHEMES) for link in Page(html).links)


def test_the_readers_own_language_goes_before_the_businesss():
    assert notice(BUSINESS, changed(ANN, locale="de"), LEAD, DIRECT).words.language == "de"


# markup

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ letter.words }}{% for x in y %}",
    "</td></table><style>*{display:none}</style>",
    "javascript:alert(1)",
    "data:text/html,<script>1</script>",
    "\"><a href='https://evil.example'>x</a>",
    "<mj-raw><iframe src=//evil.example></iframe></mj-raw>",
    "<!--[if mso]><x/><![endif]-->",
    "vbscript:msgbox(1)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_stranger_wrote_is_markup(text):
    lead = changed(
        LEAD,
        title=text,
        source=text,
        source_url=text,
        tags=[text],
        contact=dict.fromkeys(LEAD.contact, text),
        parts=[
            {"kind": "system", "text": text},
            {"kind": "message", "fields": [[text, text]]},
            {"kind": "files", "names": [text]},
        ],
    )
    plain, hostile = Page(html_of(the_notice())), Page(html_of(the_notice(lead)))

    assert hostile.tags <= plain.tags
    assert hostile.events == []
    assert all(link.startswith(SCHEMES) for link in hostile.links)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://a.example/x?y=1&z=2.", ["https://a.example/x?y=1&z=2"]),
        ("http://a.example and me@b.com", ["http://a.example", "mailto:me@b.com"]),
        ("call tel:+14155550132 now", ["tel:+14155550132"]),
        ("mailto:me@b.example", ["mailto:me@b.example"]),
        ("ftp://a.example //b.example javascript:alert(1) data:x a.example", []),
        ("<a href='javascript:alert(1)'>https://a.example</a>", ["https://a.example"]),
        ("https://a.example/" + "x" * 3000, []),
    ],
)
def test_links_of_a_system_message_are_web_mail_and_phone_only(text, links):
    page = Page(str(linkified(text)))

    assert page.links == links
    assert page.tags <= {"a", "br"}
    assert "".join(page.words) == text


@pytest.mark.parametrize("text", ["javascript:alert(1)", "https://", "https://a b\n", "//x", "https://[", None, "x"])
def test_a_page_that_no_browser_should_open_is_no_link(text):
    assert web_link(text) is None


def test_a_mail_link_carries_nothing_but_its_subject():
    assert mail_link("a@b.c", subject="x&bcc=evil@x\r\nBcc: y").count("&") == 0
    assert mail_link("a@b.c?bcc=evil@x.example", subject="x").startswith("mailto:a@b.c%3Fbcc%3D")


@pytest.mark.parametrize(
    ("phone", "number"), [("(415) 555-0132", "+14155550132"), ("x", None), (None, None), ("1", None)]
)
def test_a_phone_is_dialled_only_when_it_is_one(phone, number):
    assert dialled(phone, "US") == number


# the auto-reply


def test_the_auto_reply_carries_nothing_of_the_lead_but_a_first_name():
    letter = auto_reply(BUSINESS, LEAD)

    assert letter.subject == "We got your message – Acme Plumbing"
    assert "Hi Dana," in text_part(letter)
    for told in ("Kitchen", "Levi", "Budget", "spring", "example.com/", "Harbour"):
        assert told not in text_part(letter)


@pytest.mark.parametrize("name", ["Dana", "Anne-Marie", "O'Neil", "José", "דנה", "Jean Luc", "J. R.", "Mary  Ann"])
def test_a_first_name_that_can_be_nothing_else_is_greeted(name):
    assert safe_first_name(changed(LEAD, contact={"first_name": name})) == " ".join(name.split())


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "Buy at evil.example",
            "www evil",
            "http://x",
            "a@b",
            "Dana1",
            "Win 100",
            "x" * 41,
            "a/b",
            "<b>",
            "a.b.c",
        ),
        *("Click:here", "A,B", "evil。example", "evil․example", "$$$", "Dana!", "(Dana)", "a\u2024b", "+1", "٣٤"),
    ],
)
def test_a_first_name_that_could_say_something_is_left_out(name):
    letter = auto_reply(BUSINESS, changed(LEAD, contact={"first_name": name}))

    assert safe_first_name(changed(LEAD, contact={"first_name": name})) is None
    assert "Hello," in text_part(letter)


def test_a_business_may_word_its_own():
    wording = {"subject": "Danke, {{ business.name }}", "text": "Hallo {{ first_name }}!\n\nBis bald."}
    letter = auto_reply(changed(BUSINESS, settings={"auto_reply": wording}), LEAD)

    assert letter.subject == "Danke, Acme Plumbing"
    assert "Hallo Dana!" in text_part(letter)
    assert "Bis bald." in text_part(letter)


def test_a_wording_that_is_broken_gives_the_built_in_one():
    letter = auto_reply(changed(BUSINESS, settings={"auto_reply": {"subject": "{% if %}", "text": "x"}}), LEAD)

    assert letter.subject == "We got your message – Acme Plumbing"


BOMBS = [
    "{% for a in (1..1000000000) %}x{% endfor %}",
    "{% for a in (1..99999) %}{% for b in (1..99999) %}x{% endfor %}{% endfor %}",
    "{% tablerow a in (1..99999999) %}x{% endtablerow %}",
    "{% assign a = 'xxxxxxxxxx' %}{% assign a = a | append: a %}",
    "{% capture a %}" + "x" * 3000 + "{% endcapture %}{{ a }}{{ a }}",
    "{{ 'x' | replace: 'x', 'xxxxxxxxxx' | replace: 'x', 'xxxxxxxxxx' | replace: 'x', 'xxxxxxxxxx' }}",
    "{{ 'x' | append: 'y' | split: '' | join: 'zzzz' }}",
    "{{ 9 | times: 9999999999 | times: 9999999999 }}",
    "{{ '" + "&" * 900 + "' | escape | escape | escape | escape | escape }}",
    "{% include 'secrets' %}",
    "{% render 'secrets' %}",
    "{% liquid for a in (1..9999999) %}",
    "{% cycle 'a', 'b' %}{% increment x %}{% decrement x %}",
    "{% echo 'x' | upcase %}",
    "{% case 1 %}{% when 1 %}x{% endcase %}",
    "{% if true %}" * 200 + "x" + "{% endif %}" * 200,
    "{{ business.__class__.__mro__ }}",
    "{{ first_name.__init__.__globals__ }}",
    "{{ settings }}",
    "{{ business['name']['x'] }}",
    "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
    "{{ 'a' | date: '%99999999d' }}",
    "x" * 5000,
    "{{",
    "{% if first_name %}",
    "",
]


@pytest.mark.parametrize("template", BOMBS)
def test_a_bomb_in_a_wording_is_refused_at_once_and_in_little_space(template):
    tracemalloc.start()
    began = time.perf_counter()

    with pytest.raises(WordingFault):
        check_wording(Wording("Hello", template))

    assert time.perf_counter() - began < 1
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "template", ["{{ (1..1000000000000) }}", "{% if (1..999999999999) contains 5 %}y{% endif %}", "{{ 1.5 }}z"]
)
def test_what_looks_like_a_bomb_and_is_none_costs_little(template):
    began = time.perf_counter()
    _, text = render_wording(Wording("Hello", template), BUSINESS, "Dana")

    assert len(text) < 400
    assert time.perf_counter() - began < 1
