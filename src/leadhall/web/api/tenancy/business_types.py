"""Businesses in upstream's shapes (api.md 3.2)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.core.clock import iso_seconds
from leadhall.tenancy.businesses import Business
from leadhall.web.api.paging import PAGE_MOST, Paging

PER_PAGE_MOST = 200


class FindQuery(msgspec.Struct, kw_only=True):
    email: Annotated[str | None, Meta(description="Of the business or of its owner.")] = None
    external_id: Annotated[str | None, Meta(description="Its nickname. Deprecated upstream.")] = None
    external_reference_id: str | None = None


class BusinessUids(msgspec.Struct):
    businesses: list[str]


class FoundReply(msgspec.Struct):
    status: Literal["OK"]
    data: BusinessUids


class BusinessesQuery(msgspec.Struct, kw_only=True):
    page: Annotated[int, Meta(ge=1, le=PAGE_MOST, description="Page, from 1.")] = 1
    per_page: Annotated[
        int, Meta(ge=1, description=f"Items on a page, at most {PER_PAGE_MOST}; more is taken as that.")
    ] = 25
    name: Annotated[str | None, Meta(description="A part of the name, in any case.")] = None
    email: Annotated[str | None, Meta(description="Of the business or of its owner.")] = None
    external_id: Annotated[str | None, Meta(description="Its nickname.")] = None
    external_reference_id: str | None = None
    is_blocked: Annotated[str | None, Meta(description="true: only closed businesses; false: only open ones.")] = None
    tags: Annotated[str | None, Meta(description="Taken and ignored: businesses have no tags here.")] = None

    @property
    def size(self) -> int:
        return min(self.per_page, PER_PAGE_MOST)


class ListedBusiness(msgspec.Struct, kw_only=True):
    uid: str
    directory_uid: str
    name: str
    owner_uid: str | None
    owner_email: str | None
    email: str | None
    phone: str | None
    address: str | None
    website_url: str | None
    country: str
    time_zone: str
    locale: str
    currency: str
    external_id: str | None
    external_reference_id: str | None
    is_blocked: bool
    created_at: str


class ListedData(msgspec.Struct):
    businesses: list[ListedBusiness]


class BusinessesReply(msgspec.Struct):
    success: Literal[True]
    data: ListedData
    paging: Paging


class AdminAccount(msgspec.Struct, kw_only=True):
    """Who is to own the business."""

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    display_name: str | None = None
    country_name: Annotated[str | None, Meta(description="Of the business, where that has none of its own.")] = None
    language: Annotated[str | None, Meta(description="Of the business, where that has none of its own.")] = None
    password: Annotated[
        str | None,
        Meta(
            description="6 to 20 characters, to sign in with. Instead of one that is easily guessed a link is mailed."
        ),
    ] = None
    phone: str | None = None


class BusinessPart(msgspec.Struct, kw_only=True):
    """What is told of a business."""

    name: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None
    business_category: str | None = None
    time_zone: Annotated[str | None, Meta(description="An IANA or a Rails name.")] = None
    website_url: str | None = None
    short_description: str | None = None
    country_name: Annotated[str | None, Meta(description="A code of two letters or an English name.")] = None
    logo_url: str | None = None
    currency: str | None = None
    locale: str | None = None


class MetaPart(msgspec.Struct, kw_only=True):
    external_reference_id: str | None = None
    external_id: Annotated[str | None, Meta(description="Its nickname: 5 or more a-z, 0-9 and dots.")] = None


class NewBusinessBody(msgspec.Struct, kw_only=True):
    admin_account: AdminAccount | None = None
    business: BusinessPart | None = None
    meta: MetaPart | None = None


class ChangeBody(msgspec.Struct, kw_only=True):
    business: BusinessPart | None = None
    meta: MetaPart | None = None


class WholeBusiness(msgspec.Struct):
    admin_account: dict[str, Any]
    business: dict[str, Any]
    meta: dict[str, Any]
    integrations: dict[str, Any]


class WholeData(msgspec.Struct):
    business: WholeBusiness


class BusinessReply(msgspec.Struct):
    status: Literal["OK"]
    data: WholeData


def listed(business: Business, owner: tuple[str, str] | None) -> dict[str, Any]:
    return {
        "uid": business.uid,
        "directory_uid": business.directory_uid,
        "name": business.name,
        "owner_uid": owner[0] if owner else None,
        "owner_email": owner[1] if owner else None,
        "email": business.email,
        "phone": business.phone,
        "address": business.address,
        "website_url": business.website_url,
        "country": business.country,
        "time_zone": business.time_zone,
        "locale": business.locale,
        "currency": business.currency,
        "external_id": business.nickname,
        "external_reference_id": business.external_reference_id,
        "is_blocked": business.closed_at is not None,
        "created_at": iso_seconds(business.created_at),
    }


def whole(business: Business, admin: dict[str, Any], **meta: Any) -> dict[str, Any]:
    """A business as it is made, got and changed."""
    told = business.settings
    return {
        "admin_account": admin,
        "business": {
            "id": business.uid,
            "uid": business.uid,
            "name": business.name,
            "email": business.email,
            "phone": business.phone,
            "address": business.address,
            "website_url": business.website_url,
            "business_category": told.get("business_category"),
            "short_description": told.get("short_description"),
            "logo_url": told.get("logo_url"),
            "country_name": business.country,
            "time_zone": business.time_zone,
            "locale": business.locale,
            "currency": business.currency,
            "directory_id": business.directory_uid,
            "created_at": iso_seconds(business.created_at),
            "updated_at": iso_seconds(business.updated_at),
        },
        "meta": {
            "plan": None,
            "branding": None,
            "external_id": business.nickname,
            "external_reference_id": business.external_reference_id,
            **meta,
        },
        "integrations": {},
    }
