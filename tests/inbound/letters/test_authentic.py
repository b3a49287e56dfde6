"""Only who is proven to be of the From's domain may speak for a member of staff."""

import pytest

from leadhall.inbound.letters.authentic import Trust, is_authentic
from leadhall.inbound.letters.mime import read_letter
from tests.inbound.letters.written import Signer, a_mail

ANN = "Ann <ann@acme.example>"


@pytest.fixture(scope="module")
def acme():
    return Signer("acme.example")


def believed(raw, resolve=lambda *_, **__: None, authserv=None):
    return is_authentic(raw, read_letter(raw), Trust(authserv, resolve))


def test_a_signature_of_the_domain_is_believed(acme):
    assert believed(acme.sign(a_mail(sender=ANN)), acme.resolve)


def test_a_mail_without_a_signature_is_not():
    assert not believed(a_mail(sender=ANN))


def test_a_signature_of_another_domain_says_nothing_of_this_one():
    rival = Signer("rival.example")

    assert not believed(rival.sign(a_mail(sender=ANN)), rival.resolve)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.replace(b"Monday", b"Sunday"),
        lambda raw: raw.replace(b"ann@", b"eve@"),
        lambda raw: raw + b"And another thing.\r\n",
        lambda raw: b"From: eve@acme.example\r\n" + raw,
    ],
    ids=["words", "sender", "added", "second From"],
)
def test_what_was_changed_on_the_way_is_not_believed(acme, spoil):
    assert not believed(spoil(acme.sign(a_mail(sender=ANN))), acme.resolve)


def test_a_signature_over_a_part_of_the_body_is_not_enough(acme):
    signed = acme.sign(a_mail(sender=ANN), length=True)

    assert not believed(signed, acme.resolve)


@pytest.mark.parametrize(
    ("results", "is_believed"),
    [
        ("mx.ours.example; dmarc=pass header.from=acme.example", True),
        ("mx.ours.example; spf=fail; dkim=pass header.d=acme.example", True),
        ("mx.ours.example; spf=pass smtp.mailfrom=bounce@acme.example", True),
        ("mx.ours.example; spf=pass smtp.mailfrom=x@rival.example", False),
        ("mx.ours.example; dkim=pass header.d=com", False),
        ("mx.ours.example; dmarc=fail header.from=acme.example", False),
        ("mx.theirs.example; dmarc=pass header.from=acme.example", False),
        ("mx.ours.example; none (dmarc=pass header.from=acme.example)", False),
    ],
)
def test_our_own_mail_host_is_believed_for_what_it_saw(results, is_believed):
    raw = a_mail(sender=ANN, Authentication_Results=results)

    assert believed(raw, authserv="mx.ours.example") is is_believed


def test_results_that_came_with_the_mail_are_not_believed():
    forged = [
        "mx.ours.example; dmarc=fail header.from=acme.example",
        "mx.ours.example; dmarc=pass header.from=acme.example",
    ]

    assert not believed(a_mail(sender=ANN, Authentication_Results=forged), authserv="mx.ours.example")
    assert not believed(a_mail(sender=ANN, Authentication_Results=forged[1]))
