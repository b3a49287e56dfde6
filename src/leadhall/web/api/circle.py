"""What callers touch before and after a lead: the rows of the first circle, joined."""

from __future__ import annotations

from leadhall.web.api import apps, auto_reply, brand, businesses, fields, forms, oauth, search, staffs, tokens

OPERATIONS = (
    *tokens.OPERATIONS,
    *oauth.OPERATIONS,
    *apps.OPERATIONS,
    *businesses.OPERATIONS,
    *staffs.OPERATIONS,
    *brand.OPERATIONS,
    *fields.OPERATIONS,
    *forms.OPERATIONS,
    *search.OPERATIONS,
    *auto_reply.OPERATIONS,
)
