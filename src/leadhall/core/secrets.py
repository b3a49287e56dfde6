"""Secrets: those we only compare are hashed, those we use are encrypted with the instance key.

A token reads `lh_<kind>_<43 letters>_<checksum>`: a kind one can see, 256 random
bits, and six letters that tell a mistyped token from an unknown one without
asking the database.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RANDOM_BYTES = 32
CHECKSUM_LETTERS = 6
NONCE_BYTES = 12
MARK_BYTES = 16
HASH_BLOCK_BYTES = 64  # of SHA-256
_INNER_PAD, _OUTER_PAD = (bytes(each ^ pad for each in range(256)) for pad in (0x36, 0x5C))


def new_secret(prefix: str) -> str:
    """A fresh secret such as `lh_staff_…`; shown once, kept as `hash_of(…)`."""
    body = f"{prefix}_{base64.urlsafe_b64encode(secrets.token_bytes(RANDOM_BYTES)).rstrip(b'=').decode()}"
    return f"{body}_{_checksum(body)}"


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:CHECKSUM_LETTERS]


def looks_mistyped(secret: str) -> bool:
    """True for a secret of our form whose checksum is wrong. Imported secrets have no form and pass."""
    if not secret.startswith("lh_"):
        return False
    body, _, checksum = secret.rpartition("_")
    return not hmac.compare_digest(checksum.encode(), _checksum(body).encode())


def hash_of(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def hint_of(secret: str) -> str:
    """What may be shown of a secret: where it starts and its last four letters."""
    return f"{secret[:8]}…{secret[-4:]}"


class InstanceKey:
    """The key of this installation: encrypts what we must use again, and keys our HMACs."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(hashlib.sha256(b"leadhall encryption" + key).digest())
        mac_key = hashlib.sha256(b"leadhall hmac" + key).digest().ljust(HASH_BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(mac_key.translate(_INNER_PAD))
        self._outer = hashlib.sha256(mac_key.translate(_OUTER_PAD))
        self.jwt_key = hashlib.sha256(b"leadhall jwt" + key).digest()

    def encrypt(self, text: str, *, purpose: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), purpose.encode())

    def decrypt(self, sealed: bytes, *, purpose: str) -> str:
        """Raises cryptography's InvalidTag when key or purpose are not those it was encrypted with."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode()).decode()

    def mark(self, text: str) -> bytes:
        """A 16-byte HMAC by which erasure finds a person's rows without storing who they are.

        HMAC as RFC 2104 has it, from two hashes that were keyed once: a quarter of the time of `hmac`.
        """
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode("utf-8", "surrogatepass"))
        outer.update(inner.digest())
        return outer.digest()[:MARK_BYTES]


def instance_key(given: str | None, folder: Path) -> InstanceKey:
    """The key given by LEADHALL_SECRET_KEY, else the one in the data folder, made once with mode 0600."""
    if given:
        return InstanceKey(given.encode())
    path = folder / "secret_key"
    if not path.exists():
        _make_key(path)
    key = path.read_bytes()
    if len(key) < RANDOM_BYTES:
        raise ValueError(f"{path} holds no key: put back the one this installation was made with")
    return InstanceKey(key)


def _make_key(path: Path) -> None:
    """Whole or not at all: another process may read it the moment it is there. Who comes second keeps the first's."""
    handle, half = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(RANDOM_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(half, path)
    finally:
        Path(half).unlink()
