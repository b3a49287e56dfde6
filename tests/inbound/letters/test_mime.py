"""A mail is read, whatever stands in it, within bounds."""

import time

import pytest

from leadhall.inbound.letters.mime import (
    FILES_MOST,
    HEAD_MOST_BYTES,
    SUBJECT_MOST_CHARS,
    TEXT_MOST_CHARS,
    UnreadableLetter,
    read_letter,
)
from tests.inbound.letters.written import a_mail, a_report


def test_a_plain_mail_is_read():
    letter = read_letter(a_mail(In_Reply_To="<a@x>", References="<b@x> <a@x>"))

    assert (letter.sender, letter.sender_name, letter.message_id) == ("dana@home.example", "Dana", "1@home.example")
    assert (letter.recipients, letter.subject, letter.text) == (("r+x@in.example",), "Re: Kitchen", "Monday is fine.")
    assert letter.referred == ("a@x", "b@x")


def test_plain_text_is_taken_before_html_and_files_are_named():
    body = """--b
Content-Type: text/html

<p>Not this</p>
--b
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

R3LDvMOfZQ==
--b
Content-Type: image/jpeg; name="=?utf-8?q?k=C3=BCche=2Ejpg?="
Content-Disposition: attachment

x
--b--"""
    letter = read_letter(a_mail(body, Content_Type='multipart/mixed; boundary="b"'))

    assert (letter.text, letter.files) == ("Grüße", ("küche.jpg",))


def test_html_alone_becomes_text_without_what_it_quotes():
    html = "<style>p{}</style><p>Monday<br>is fine</p><div class=gmail_quote>On Monday …</div><script>x</script>"

    assert read_letter(a_mail(html, Content_Type="text/html")).text == "Monday\nis fine"


@pytest.mark.parametrize(
    "senders",
    [["a@x.example", "b@x.example"], ["a@x.example, b@x.example"], ["nobody"], [""], ["a@b@c.example"]],
    ids=str,
)
def test_who_cannot_be_told_from_one_from_is_nobody(senders):
    assert read_letter(a_mail(From=senders)).sender is None


@pytest.mark.parametrize("name", ["utf-8", "latin-1", "no-such-charset", "x\x00y"])
def test_an_odd_charset_loses_nothing_but_letters(name):
    letter = read_letter(a_mail("caf\xe9 um drei", Content_Type=f'text/plain; charset="{name}"'))

    assert letter.text.endswith("um drei")


def test_long_things_are_cut():
    names = "".join(f"--b\nContent-Disposition: attachment; filename=f{n}\n\nx\n" for n in range(80))
    letter = read_letter(a_mail(names + "--b--", Content_Type="multipart/mixed; boundary=b", Subject="s" * 2_000))
    text = read_letter(a_mail("a" * 300_000)).text

    assert (len(letter.files), len(letter.subject), len(text)) == (FILES_MOST, SUBJECT_MOST_CHARS, TEXT_MOST_CHARS)


@pytest.mark.parametrize(
    "raw",
    [
        b"X: " + b"a" * (HEAD_MOST_BYTES + 10) + b"\r\n\r\n",
        b"A: b\r\n" * 2_010 + b"\r\n",
        a_mail("boundary=x " * 101),
    ],
    ids=["large head", "many lines", "many parts within parts"],
)
def test_what_is_made_to_hurt_is_not_parsed(raw):
    with pytest.raises(UnreadableLetter):
        read_letter(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 100,
        b"From: \xff\xfe <\xff@\xff>\r\n\r\n\xff",
        a_mail(Subject="=?utf-8?b?////?= =?utf-8?q?=ZZ?= =?x-unknown?q?a?="),
        a_mail(To="<" * 4_000 + ">" * 4_000, From="(" * 4_000),
        a_mail("--b\nContent-Type: multipart/mixed; boundary=c\n\n" * 30, Content_Type="multipart/mixed; boundary=b"),
        a_mail("x" * 900_000, Content_Type="text/html"),
        a_mail("<div>" * 50_000, Content_Type="text/html"),
        a_mail("&" * 200_000, Content_Type="text/html"),
    ],
    ids=range(9),
)
def test_whatever_came_is_read_within_a_moment(raw):
    began = time.perf_counter()
    try:
        letter = read_letter(raw)
    except UnreadableLetter:  # a thousand brackets in a header
        letter = None
    assert letter is None or "\x00" not in letter.text + letter.subject + (letter.sender or "")
    assert time.perf_counter() - began < 2


def test_a_report_tells_of_each_recipient():
    [failure] = read_letter(a_report()).failures

    assert (failure.recipient, failure.action, failure.status) == ("dana@home.example", "failed", "5.1.1")
    assert "no such user" in failure.words
