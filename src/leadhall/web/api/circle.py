"""What callers touch before and after a lead: the rows of the first circle, joined."""

from __future__ import annotations

from leadhall.web.api.clients import (
    card,
    client_settings,
    client_writes,
    fields,
    matter_notes,
    matters,
    merges,
    notes,
    one_person,
    tags,
)
from leadhall.web.api.forms import forms
from leadhall.web.api.notify import auto_reply
from leadhall.web.api.search import search
from leadhall.web.api.tenancy import apps, brand, businesses, oauth, staffs, tokens
from leadhall.web.api.transfer import imports

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
    *client_writes.OPERATIONS,
    *merges.OPERATIONS,
    *card.OPERATIONS,
    *one_person.OPERATIONS,
    *matters.OPERATIONS,
    *tags.OPERATIONS,
    *notes.OPERATIONS,
    *matter_notes.OPERATIONS,
    *client_settings.OPERATIONS,
    *imports.OPERATIONS,
)
