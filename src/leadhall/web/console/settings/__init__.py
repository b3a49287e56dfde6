"""Settings of a business: each page one subject, one file, one template."""

from leadhall.web.console.settings import auto_reply, card, forms, notices, profile, sources, staff

OPERATIONS = (
    *profile.OPERATIONS,
    *card.OPERATIONS,
    *auto_reply.OPERATIONS,
    *notices.OPERATIONS,
    *staff.OPERATIONS,
    *forms.OPERATIONS,
    *sources.OPERATIONS,
)
