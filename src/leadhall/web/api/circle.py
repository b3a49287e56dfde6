"""What callers touch before and after a lead: the rows of the first circle, joined."""

from __future__ import annotations

from leadhall.web.api import (
    apps,
    auto_reply,
    brand,
    businesses,
    card,
    client_settings,
    client_writes,
    fields,
    forms,
    imports,
    matter_notes,
    matters,
    merges,
    notes,
    oauth,
    one_person,
    search,
    staffs,
    tags,
    tokens,
)

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
