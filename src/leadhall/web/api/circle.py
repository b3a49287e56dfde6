"""What callers touch before and after a lead: the rows of the first circle, joined."""

from __future__ import annotations

from leadhall.web.api import fields, oauth, tokens

OPERATIONS = (*tokens.OPERATIONS, *oauth.OPERATIONS, *fields.OPERATIONS)
