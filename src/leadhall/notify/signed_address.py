"""Mail addresses of ours that nobody else can make: `r+<what it is about><a signature>@inbound-domain`.

Letters and digits of one case only, since servers on the way may change case: uids as they
are, numbers in the alphabet of uids. A signature is 80 bits of an HMAC under the instance key.
"""

from __future__ import annotations

import hmac
import re

from leadhall.core.emails import split_email
from leadhall.core.ids import ALPHABET, UID_LENGTH
from leadhall.core.secrets import InstanceKey

SIGNATURE_CHARS = 16
_SHAPE = re.compile(rf"([a-z])([{ALPHABET}]{{1,13}})([{ALPHABET}]{{{UID_LENGTH}}})([{ALPHABET}]{{{SIGNATURE_CHARS}}})")


def sign_address(key: InstanceKey, box: str, domain: str, *, role: str, business_id: int, uid: str) -> str:
    """`box+…@domain` for a uid of a business; `role` is one letter that is part of what is signed."""
    about = f"{role}{_spell(business_id)}{uid}"
    return f"{box}+{about}{_signature(key, box, about)}@{domain}"


def read_address(key: InstanceKey, box: str, address: str, *, roles: str) -> tuple[str, int, str] | None:
    """Role, business and uid of an address that we made; None for every other."""
    parts = split_email(address)
    if parts is None or not parts[0].lower().startswith(f"{box}+"):
        return None
    found = _SHAPE.fullmatch(parts[0].lower().removeprefix(f"{box}+"))
    if found is None or found[1] not in roles:
        return None
    role, number, uid, signature = found.groups()
    if not hmac.compare_digest(signature, _signature(key, box, f"{role}{number}{uid}")):
        return None
    return role, _read_number(number), uid


def _signature(key: InstanceKey, box: str, about: str) -> str:
    mark = key.mark(f"address {box} {about}")
    return "".join(ALPHABET[byte & 31] for byte in mark)[:SIGNATURE_CHARS]


def _spell(number: int) -> str:
    letters = ""
    while True:
        number, low = divmod(number, len(ALPHABET))
        letters = ALPHABET[low] + letters
        if not number:
            return letters


def _read_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    return number
