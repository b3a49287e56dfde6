"""No header of a mail is made by a stranger: read back by a parser that is not Python's, exactly ours are there."""

from __future__ import annotations

import sys

import dkim
import pytest

from leadhall.notify import compose, headers
from leadhall.notify.compose import Mail, message_id
from leadhall.notify.headers import guarded, mailbox, sendable
from leadhall.notify.letters.auto_reply import auto_reply
from leadhall.notify.letters.notice import Ways, notice
from leadhall.notify.senders import MailSender
from tests.notify.letters_facts import ANN, BUSINESS, LEAD, NOON, changed

SENDER = MailSender("instance", "leads@host.example", "Acme Plumbing via Agency", None)
EXPECTED = [
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type"),
]
EVIL = "evil@attacker.example"
PAYLOADS = [
    f"Dana\r\nBcc: {EVIL}",
    f"Dana\nBcc: {EVIL}",
    f"Dana\rBcc: {EVIL}",
    f"Dana\r\n\r\nBcc: {EVIL}",
    f"Dana\r\n Bcc: {EVIL}",
    f"Dana\x00\r\nBcc: {EVIL}",
    f"Dana\x0b\x0cBcc: {EVIL}",
    f"Dana\x85Bcc: {EVIL}",
    f"Dana\u2028Bcc: {EVIL}",
    f"Dana\u2029Bcc: {EVIL}",
    f"Dana\x1c\x1d\x1eBcc: {EVIL}",
    f"=?utf-8?q?Dana=0D=0ABcc:_{EVIL}?=",
    f"=?utf-8?Q?Dana=0ABcc:_{EVIL}?=",
    f"=?UTF-8?Q?=0D=0A=0D=0ABcc:_{EVIL}?=",
    "=?utf-8?b?RGFuYQ0KQmNjOiBldmlsQGF0dGFja2VyLmV4YW1wbGU=?=",
    f"=?iso-8859-1?q?Dana=0D=0ABcc:{EVIL}?= =?utf-8?q?x?=",
    f"=?us-ascii?q?=0ATo:_{EVIL}?=",
    f"==?utf-8?q?=?utf-8?q?=0D=0ABcc:_{EVIL}?=",
    f"=\u200b?utf-8?q?=0D=0ABcc:_{EVIL}?=",
    f"=\u00ad?utf-8?q?=0ABcc:_{EVIL}?=",
    f"Dana, {EVIL}",
    f"Dana <{EVIL}>",
    f'Dana" <{EVIL}>, "x',
    f"Dana; {EVIL}",
    f"group: {EVIL};",
    f"(comment\r\n) Bcc: {EVIL}",
    "\u202eelpmaxe.rekcatta@live\u202c",
    "Dana\\",
    "Dana" + "x" * 5000 + f"\r\nBcc: {EVIL}",
    "é" * 400 + f"\r\nBcc: {EVIL}",
    f"Content-Type: text/html\r\n\r\n<script>\r\nBcc: {EVIL}",
    "\ud800Dana",
    "=?utf-8?q?" + "=0D=0A" * 50 + f"Bcc:{EVIL}?=",
    f"Dana\r\n\tBcc: {EVIL}\r\n.\r\nMAIL FROM:<{EVIL}>",
]


def letter_of(payload):
    """The payload in every place of a lead that a header tells."""
    lead = changed(LEAD, title=payload, contact=dict.fromkeys(LEAD.contact, payload))
    return notice(changed(BUSINESS, name=payload), ANN, lead, Ways(answered_url=None, stop_url="https://x.example/m/s"))


def mail_of(payload):
    return Mail(
        letter=letter_of(payload),
        recipient="ann@acme.example",
        to_name=payload,
        reply_to="dana@example.com",
        dedupe="d",
    )


def written(payload):
    sender = MailSender("instance", "leads@host.example", payload, None)
    return compose.compose(mail_of(payload), sender, at=NOON)


def read(message):
    """Headers by the parser of dkimpy, which knows nothing of Python's email package: names and unfolded values."""
    found, body = dkim.rfc822_parse(message)
    assert body
    return [(name.decode(), value.decode()) for name, value in found]


def addresses(value):
    """What stands between angle brackets, else the whole."""
    return [piece.partition(">")[0] for piece in value.split("<")[1:]] or [value.strip()]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_mail_has_exactly_our_headers_whatever_a_lead_calls_itself(payload):
    found = read(written(payload.encode("utf-8", "replace").decode()))
    values = dict(found)

    assert [name for name, _ in found] == EXPECTED
    assert addresses(values["To"])[-1] == "ann@acme.example"
    assert addresses(values["From"])[-1] == "leads@host.example"
    assert values["Reply-To"].strip() == "dana@example.com"
    for name in ("To", "From"):
        display = values[name].rpartition("<")[0].strip()
        assert "@" not in display.replace('\\"', "") or display.startswith(('"', "=?"))


def test_without_the_guard_a_bcc_appears(monkeypatch):
    """The control: on Python 3.11 the payloads do work, so the test above would see it."""
    monkeypatch.setattr(headers, "guarded", lambda text, **_: text)
    monkeypatch.setattr(compose, "guarded", lambda text, **_: text)
    reached = 0
    for payload in PAYLOADS:
        try:
            names = [name.lower() for name, _ in read(written(payload))]
        except (ValueError, UnicodeError, AssertionError, dkim.MessageFormatError):
            continue
        reached += "bcc" in names

    assert reached > 0 or sys.version_info >= (3, 12)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Dana  Levi ", "Dana Levi"),
        ("a\tb\nc\u200dd", "a b c d"),
        ("=?=?=?", "= ?= ?= ?"),
        ("==??", "== ??"),
        ("דנה לוי 👍", "דנה לוי 👍"),
        ("x" * 300, "x" * 200),
        ("\x00" * 100_000, ""),
    ],
)
def test_the_guard_keeps_what_can_be_read(text, kept):
    assert guarded(text) == kept


def test_a_subject_of_any_script_is_read_back_whole():
    from email import message_from_bytes, policy  # noqa: PLC0415 - the parser of most mail programs in Python

    message = message_from_bytes(written("דנה לוי, קליפורניה – ünï 👍"), policy=policy.default)

    assert message["Subject"].startswith("דנה לוי, קליפורניה – ünï 👍")
    assert message["From"].addresses[0].display_name == "דנה לוי, קליפורניה – ünï 👍"


def test_every_line_is_short_and_ends_as_smtp_ends_lines():
    message = written("x" * 900)

    assert b"\n" not in message.replace(b"\r\n", b"")
    assert max(map(len, message.split(b"\r\n"))) < 998


@pytest.mark.parametrize(
    "address",
    [
        *("", "x", "@", "a@b", "a b@c.example", "a@b.example, evil@x.example", "a@b.example\r\nBcc: e@x.example"),
        *('"a b"@c.example', "a@[127.0.0.1]", "<a@b.example>", "a@b.example>", "a@b..example", ".a@b.example"),
        *(
            "a..b@c.example",
            "a@-b.example",
            "a@b.example ; x",
            "x" * 65 + "@b.example",
            "a\u200b@b.example",
            "a@b\x00.example",
        ),
        *("=?utf-8?q?a?=@b.example", "a(comment)@b.example", "a@b.example\\", "group:a@b.example;"),
    ],
)
def test_what_is_not_one_plain_address_gets_no_mail(address):
    with pytest.raises(ValueError, match="address"):
        mailbox("Dana", sendable(address))


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("Dana.Levi+web@Example.COM", "Dana.Levi+web@example.com"),
        ("d@bücher.example", "d@xn--bcher-kva.example"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("dána@example.com", "dána@example.com"),
    ],
)
def test_a_plain_address_is_kept_and_its_domain_spelled_as_dns_does(address, kept):
    assert sendable(address) == kept


# the rest of a mail


def test_the_message_id_is_the_same_at_every_try_and_apart_for_others():
    dedupe = "0m5x4kq2v7d3h8cd:owner_notice:ann@acme.example"
    made = message_id(dedupe, "host.example")

    assert made == message_id(dedupe, "host.example")
    assert made.startswith("<0m5x4kq2v7d3h8cd-owner_notice-ann-acme.example-")
    assert made != message_id(dedupe.replace("@", "-"), "host.example")
    assert message_id("plain.id", "host.example") == "<plain.id@host.example>"


@pytest.mark.parametrize("dedupe", ["a b", "a>\r\nBcc: x", "é", "x" * 500, "..", "a@b"])
def test_a_message_id_is_always_one(dedupe):
    left = message_id(dedupe, "host.example")[1:].partition("@")[0]

    assert left.isascii()
    assert len(left) < 140
    assert not set(left) & set(" <>@\r\n:")


def test_an_auto_reply_says_that_it_is_one_and_offers_no_list():
    mail = Mail(letter=auto_reply(BUSINESS, LEAD), recipient="dana@example.com", to_name="", reply_to=None, dedupe="d")
    found = dict(read(compose.compose(mail, SENDER, at=NOON)))

    assert found["Auto-Submitted"].strip() == "auto-replied"
    assert {"List-Unsubscribe", "Reply-To", "Bcc", "Cc"}.isdisjoint(found)


def test_a_mail_is_signed_where_the_sender_has_a_key_and_others_can_check_it():
    from leadhall.notify.dkim_key import new_key, record_of  # noqa: PLC0415 - one test

    key = new_key()
    sender = MailSender("business:1", "desk@acme.example", "Acme", None, "lh1", key)
    message = compose.compose(mail_of("Dana"), sender, at=NOON)

    def dns(name, timeout=5):
        return record_of(key).encode() if name.startswith(b"lh1._domainkey.acme.example") else None

    assert dkim.verify(message, dnsfunc=dns)
    assert not dkim.verify(message.replace(b"Dana", b"Evil"), dnsfunc=dns)
