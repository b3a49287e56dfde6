"""What is unseen in a mailbox is taken once, on a real IMAP server."""

import ssl
from urllib.parse import quote

import pytest

from leadhall.inbound.mail import mailbox as module
from leadhall.inbound.mail.mailbox import Mailbox, MailboxFault, NotTaken, check, look_into, read_mailbox
from tests.inbound.letters.written import a_mail
from tests.inbound.mail.dovecot import PASSWORD, USER


def at(server, *, tls="implicit", password=PASSWORD, folder="INBOX"):
    return Mailbox("127.0.0.1", server.tls_port if tls == "implicit" else server.port, tls, USER, password, folder)


@pytest.mark.parametrize("tls", ["implicit", "starttls", "none"])
def test_what_is_unseen_is_handed_over_whole_and_marked(server, tls):
    server.put(a_mail("first"))
    server.put(a_mail("second"))
    taken = []

    assert look_into(at(server, tls=tls), taken.append, tls=server.tls) == 2
    assert taken == [a_mail("first"), a_mail("second")]
    assert server.flags() == ["S", "S"]
    assert look_into(at(server, tls=tls), taken.append, tls=server.tls) == 0


def test_what_could_not_be_stored_stays_unseen(server):
    server.put(a_mail("first"))
    server.put(a_mail("second"))

    def refuse(raw):
        if b"second" in raw:
            raise TimeoutError

    with pytest.raises(NotTaken, match="TimeoutError"):
        look_into(at(server), refuse, tls=server.tls)
    assert server.flags() == ["", "S"]


def test_a_mail_that_is_too_large_is_left_and_not_asked_for_again(server, monkeypatch):
    monkeypatch.setattr(module, "MAIL_MOST_BYTES", 1_000)
    server.put(a_mail("x" * 2_000))
    server.put(a_mail("small"))
    taken = []
    for _ in range(2):
        look_into(at(server), taken.append, tls=server.tls)

    assert taken == [a_mail("small")]
    assert server.flags() == ["F", "S"]


def test_a_check_changes_nothing(server):
    server.put(a_mail())

    assert check(at(server), tls=server.tls) == 1
    assert server.flags() == [""]


@pytest.mark.parametrize(
    ("more", "words"), [({"password": "a guess"}, "AUTHENTICATIONFAILED"), ({"folder": "Nowhere"}, "no folder Nowhere")]
)
def test_what_is_wrong_is_told_without_the_password(server, more, words):
    with pytest.raises(MailboxFault) as fault:
        check(at(server, **more), tls=server.tls)

    assert words in str(fault.value)
    assert PASSWORD not in str(fault.value)


def test_a_certificate_that_nobody_vouches_for_gets_no_password(server):
    with pytest.raises(MailboxFault, match="CERTIFICATE_VERIFY_FAILED"):
        check(at(server), tls=ssl.create_default_context())


def test_a_server_that_is_away_is_told():
    with pytest.raises(MailboxFault, match="refused"):
        check(Mailbox("127.0.0.1", 1, "none", USER, PASSWORD))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"imaps://{quote(USER)}:{quote(PASSWORD)}@m.example", ("m.example", 993, "implicit", "INBOX")),
        ("imap://u:p@m.example:1143/Lead%20mail", ("m.example", 1143, "starttls", "Lead mail")),
        ("imap://u:p@127.0.0.1?tls=none", ("127.0.0.1", 143, "none", "INBOX")),
    ],
)
def test_a_url_is_read(url, expected):
    read = read_mailbox(url)

    assert (read.host, read.port, read.tls, read.folder) == expected
    assert (read.username, read.password) in [(USER, PASSWORD), ("u", "p")]


def test_a_url_without_a_user_is_none():
    with pytest.raises(ValueError, match="must be imaps"):
        read_mailbox("imaps://m.example")
