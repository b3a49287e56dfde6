import pytest

from leadhall.inbound.letters.bounces import read_bounce
from leadhall.inbound.letters.mime import read_letter
from tests.inbound.letters.written import a_mail, a_report


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({}, "hard"),
        ({"status": "5.1.2"}, "hard"),
        ({"status": "5.0.0", "words": "smtp; 550 5.1.1 User unknown"}, "hard"),
        ({"status": "5.0.0", "words": "smtp; 550 No such user here"}, "hard"),
        ({"status": "5.2.2", "words": "smtp; 552 5.2.2 mailbox full"}, "failed"),
        ({"status": "5.7.1", "words": "smtp; 550 5.7.1 blocked as spam"}, "failed"),
        ({"status": "4.4.7", "words": "smtp; 451 timed out"}, "failed"),
        ({"action": "delayed", "status": "4.4.1"}, "delayed"),
        ({"action": "delivered", "status": "2.0.0"}, "delivered"),
        ({"action": "relayed", "status": "2.0.0"}, "delivered"),
    ],
    ids=str,
)
def test_a_report_is_told_by_who_is_at_fault(told, kind):
    assert read_bounce(read_letter(a_report(**told)), envelope_from="").kind == kind


@pytest.mark.parametrize(
    ("prose", "kind"),
    [
        ("Hi. This is the qmail-send program.\n<d@x.example>:\nSorry, no mailbox here by that name. (#5.1.1)", "hard"),
        (
            "A message could not be delivered.\n550 5.1.1 <d@x.example>: Recipient address rejected: User unknown",
            "hard",
        ),
        ("Your message wasn't delivered: delivery has failed. Address not found", "hard"),
        ("Delivery has failed: 552 5.2.2 quota exceeded", "failed"),
        ("Warning: message delayed 4 hours. undeliverable so far, it will be retried", "delayed"),
    ],
)
def test_prose_of_servers_that_never_read_the_standard_is_understood(prose, kind):
    letter = read_letter(a_mail(prose, sender="MAILER-DAEMON@x.example", Subject="failure notice"))

    assert read_bounce(letter, envelope_from="").kind == kind


def test_the_worst_that_it_tells_of_anybody_counts():
    both = a_report().replace(
        b"Final-Recipient", b"Final-Recipient: rfc822; a@b.c\r\nAction: delayed\r\n\r\nFinal-Recipient", 1
    )

    assert read_bounce(read_letter(both), envelope_from="").kind == "hard"


@pytest.mark.parametrize(
    "mail",
    [
        a_mail("My delivery has failed? When does the plumber come?"),
        a_mail("I am away until Monday.", sender="no-reply@x.example", Auto_Submitted="auto-replied"),
    ],
)
def test_a_persons_words_and_a_vacation_are_no_report(mail):
    assert read_bounce(read_letter(mail), envelope_from="dana@home.example") is None
