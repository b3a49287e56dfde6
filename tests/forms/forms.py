"""Forms and what is typed into them, for the tests of the room."""

from datetime import UTC, datetime

import msgspec

from leadhall.forms.answers import Circumstances, read_answers
from leadhall.forms.keys import LiveForm
from leadhall.tenancy.form_keys import FormSettings

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SITE = "https://example.com"
FORM = LiveForm(
    uid="0m5x4kq2v7f1f1ab", key="fk_x", label="", origins=(SITE,), business_id=1, directory_id=1,
    settings=FormSettings(),
)  # fmt: skip
HOW = Circumstances(origin=SITE, referer=f"{SITE}/contact", ip="203.0.113.7", user_agent="Mozilla", at=NOON)


def a_form(**settings):
    return msgspec.structs.replace(FORM, settings=FormSettings(**settings))


def typed(content, form=FORM, **how):
    return read_answers(content, form, msgspec.structs.replace(HOW, **how))
