"""Mails as other people's programs write them, for tests of what reads them."""

from __future__ import annotations

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def a_mail(text="Monday is fine.", *, sender="Dana <dana@home.example>", to="r+x@in.example", **headers):
    """Bytes with CRLF; headers by keyword, `_` for `-`, a list for one that stands more than once."""
    told = {"From": sender, "To": to, "Subject": "Re: Kitchen", "Message-ID": "<1@home.example>"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [
        f"{name}: {each}"
        for name, value in told.items()
        for each in (value if isinstance(value, list) else [value])
        if each is not None
    ]
    return "\r\n".join([*lines, "", *text.split("\n"), ""]).encode()


def a_report(*, action="failed", status="5.1.1", words="smtp; 550 5.1.1 no such user", prose="It failed.", **headers):
    """RFC 3464, as Postfix and others write it."""
    body = f"""--b
Content-Type: text/plain

{prose}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.home.example

Final-Recipient: rfc822; dana@home.example
Action: {action}
Status: {status}
Diagnostic-Code: {words}

--b
Content-Type: message/rfc822

From: leadhall@acme.example
Subject: Kitchen

We come on Monday.
--b--"""
    told = {"Content_Type": 'multipart/report; report-type=delivery-status; boundary="b"'} | headers
    return a_mail(body, sender="MAILER-DAEMON@home.example", Subject="Undelivered Mail", **told)


class Signer:
    """A domain with a DKIM key, and the DNS that shows it."""

    def __init__(self, domain):
        self.domain = domain
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self._record = b"v=DKIM1; k=rsa; p=" + b"".join(public.split(b"\n")[1:-2])

    def resolve(self, name, **_):
        return self._record if name.rstrip(b".") == f"s1._domainkey.{self.domain}".encode() else None

    def sign(self, mail, **more):
        headers = [b"from", b"to", b"subject", b"message-id"]
        return dkim.sign(mail, b"s1", self.domain.encode(), self._private, include_headers=headers, **more) + mail
