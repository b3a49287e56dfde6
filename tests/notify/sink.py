"""A real SMTP server in the test's own loop: it keeps what it takes, and misbehaves as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Taken:
    mail_from: str
    recipients: list
    content: bytes


@dataclass
class Sink:
    """`answers`: what it says to MAIL, RCPT and DATA in the place of 250; a callable is asked for each mail."""

    port: int = 0
    answers: dict = field(default_factory=dict)
    taken: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    connections: int = 0
    drop: str | None = None
    hang: str | None = None

    async def _act(self, server, step):
        self.asked.append(step)
        if self.hang == step:
            await asyncio.Event().wait()
        if self.drop == step:
            server.transport.abort()
            await asyncio.Event().wait()
        answer = self.answers.get(step)
        return answer() if callable(answer) else answer

    async def handle_MAIL(self, server, _session, envelope, address, _options):  # noqa: N802 - the server's word
        envelope.mail_from = address
        return await self._act(server, "MAIL") or "250 OK"

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802 - as above
        answer = await self._act(server, "RCPT")
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - as above
        if self.drop == "TAKEN":  # it keeps the mail and dies before it says so
            self.taken.append(Taken(envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
            server.transport.abort()
            await asyncio.Event().wait()
        answer = await self._act(server, "DATA")
        if answer is None:
            self.taken.append(Taken(envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return answer or "250 2.0.0 taken as 1"


@contextlib.asynccontextmanager
async def sink(*, tls="none", context=None, login=None, **told):
    """A listening server. `context`: its certificate; `login`: the one user and password it knows."""
    kept = Sink(**told)

    def authenticate(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login.decode(), data.password.decode()) == login, handled=False)

    protocols = []

    def protocol():
        kept.connections += 1
        made = SMTP(
            kept,
            hostname="sink.example",
            enable_SMTPUTF8=True,
            tls_context=context if tls == "starttls" else None,
            require_starttls=tls == "starttls",
            auth_required=login is not None,
            auth_require_tls=tls == "starttls",
            authenticator=authenticate if login else None,
        )
        protocols.append(made)
        return made

    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context if tls == "implicit" else None)
    kept.port = server.sockets[0].getsockname()[1]
    try:
        yield kept
    finally:
        server.close()
        for made in protocols:
            if made.transport is not None:
                made.transport.abort()
            if made._handler_coroutine is not None:
                made._handler_coroutine.cancel()
                with contextlib.suppress(BaseException):
                    await made._handler_coroutine


def certificate(folder, *, name="127.0.0.1"):
    """A server's context with a fresh certificate for `name`, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    try:
        names = [x509.IPAddress(ipaddress.ip_address(name))]
    except ValueError:
        names = [x509.DNSName(name)]
    at = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - dt.timedelta(days=1))
        .not_valid_after(at + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "sink.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))
