"""The body of a new or changed business, read into what tenancy knows (api.md 3.2)."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec

from leadhall.core.errors import AlreadyExists, Fault, Refusal
from leadhall.core.text import Value
from leadhall.tenancy.businesses import BusinessChange, NewBusiness
from leadhall.tenancy.regions import read_country_name
from leadhall.tenancy.staff import NewStaff
from leadhall.web.api.given import Given
from leadhall.web.api.refusals import Worded
from leadhall.web.call import Call
from leadhall.web.decode import decode_body
from leadhall.web.head import header

TIME_ZONE = "Mountain Time (US & Canada)"
PASSWORD_LEAST_CHARS, PASSWORD_MOST_CHARS = 6, 20
LONG_MOST_CHARS = 1_000
_TOLD = ("business_category", "short_description", "logo_url")


def read_twice_encoded(call: Call, body: bytes) -> dict[str, Value]:
    """A body that is a JSON text of JSON, as one of upstream's own samples sends it, is what it says."""
    if body.lstrip()[:1] == b'"':
        with contextlib.suppress(msgspec.DecodeError, UnicodeError):  # the decoder has the words for what is wrong
            body = msgspec.json.decode(body, type=str).encode()
    return decode_body(header(call.scope, b"content-type"), body).content


def read_business(given: Given) -> dict[str, Any]:
    """What is told of the business itself, by the names of tenancy."""
    told = {name: given.text(name) for name in ("phone", "email", "locale", "currency", "time_zone")}
    told |= {name: given.text(name, most_chars=LONG_MOST_CHARS) for name in ("address", "website_url")}
    return told | _read_country(given)


def _read_country(given: Given) -> dict[str, str]:
    country = given.text("country_name")
    if country is None:
        return {}
    try:
        return {"country": read_country_name(country)}
    except ValueError as fault:
        given.wrong("invalid", "country_name", str(fault))
        return {}


def read_told(given: Given) -> dict[str, str]:
    """What is only kept and shown again."""
    texts = {name: given.text(name, most_chars=LONG_MOST_CHARS) for name in _TOLD}
    return {name: text for name, text in texts.items() if text is not None}


def read_names(given: Given) -> dict[str, Any]:
    return {
        "nickname": given.text("external_id"),
        "external_reference_id": given.text("external_reference_id"),
    }


def read_new(given: Given) -> tuple[NewBusiness, NewStaff, str | None]:
    """Business, owner and the owner's password; faults are noted in `given`."""
    account, business, meta = given.part("admin_account"), given.part("business"), given.part("meta")
    owner, password = _read_owner(account)
    name = business.text("name", needed=True)
    told = {key: value for key, value in read_business(business).items() if value is not None}
    told.setdefault("time_zone", TIME_ZONE)
    if (language := account.text("language")) is not None:
        told.setdefault("locale", language)
    if "country" not in told:
        told |= _read_country(account)
    new = NewBusiness(**told | {"name": name or ""} | read_names(meta), settings=read_told(business))
    return new, owner, password


def _read_owner(account: Given) -> tuple[NewStaff, str | None]:
    email = account.text("email", needed=True)
    first, last = account.text("first_name"), account.text("last_name")
    shown = account.text("display_name") or " ".join(filter(None, (first, last))) or email
    password = account.text("password")
    if password is not None and not PASSWORD_LEAST_CHARS <= len(password) <= PASSWORD_MOST_CHARS:
        account.wrong("invalid", "password", f"must be {PASSWORD_LEAST_CHARS} to {PASSWORD_MOST_CHARS} characters")
    staff = NewStaff(
        email=email or "",
        display_name=shown or "",
        role="owner",
        first_name=first,
        last_name=last,
        mobile_number=account.text("phone"),
    )
    return staff, password


def read_change(given: Given) -> tuple[BusinessChange, dict[str, str]]:
    """What changes, and what is kept of the rest."""
    business, meta = given.part("business"), given.part("meta")
    name = business.text("name")
    return BusinessChange(name=name, **read_business(business) | read_names(meta)), read_told(business)


def unable(refusal: Refusal) -> Worded:
    """Upstream's words for a business that cannot be made: 409 for names that are taken, else 400 with every fault."""
    if isinstance(refusal, AlreadyExists):
        return Worded(409, "Business already exists", code="already_exists").of(refusal.faults)
    data = [upstream_words(fault) for fault in refusal.faults]
    return Worded(400, "Unable to create business", code=refusal.first.code, data=data).of(refusal.faults)


def upstream_words(fault: Fault) -> str:
    """A fault as upstream's lists have it."""
    return f"{fault.field} is required" if fault.code == "missing" else fault.message
