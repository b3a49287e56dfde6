"""Where bounces go (VERP): `b+<token>@inbound-domain` names the delivery that could not be delivered."""

from __future__ import annotations

from dataclasses import dataclass

from leadhall.core.secrets import InstanceKey
from leadhall.notify.signed_address import read_address, sign_address

BOX = "b"
_ROLE = "d"


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """The delivery that a bounce is about."""

    business_id: int
    delivery_uid: str


def return_path(key: InstanceKey, domain: str, *, business_id: int, delivery_uid: str) -> str:
    """The envelope sender of a delivery."""
    return sign_address(key, BOX, domain, role=_ROLE, business_id=business_id, uid=delivery_uid)


def read_return_path(key: InstanceKey, address: str) -> ReturnPath | None:
    """The delivery an envelope recipient names; None for an address that we did not make."""
    found = read_address(key, BOX, address, roles=_ROLE)
    return ReturnPath(found[1], found[2]) if found else None
