"""Settings > Business: what it is called, where it is, and whose clock and language it keeps."""

from __future__ import annotations

from typing import Any

from leadhall.clients.statuses import STATUSES
from leadhall.tenancy.businesses import BusinessChange, get_business, update_business
from leadhall.web.call import Answer, Call
from leadhall.web.console.places import countries, time_zones
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import Work, done, shown
from leadhall.web.console.settings.frame import looking, settings_page
from leadhall.web.console.told import see

HERE = "/settings"
TEXTS = ("name", "email", "phone", "address", "website_url", "country", "time_zone", "locale")
LABEL_MOST_CHARS = 40


async def show_profile(call: Call) -> Answer:
    if not call.person.may("settings"):
        return see("/settings/notices")
    reader = await reader_of(call)
    async with looking(call) as (here, connection):
        business = await get_business(connection, here.business_uid)
    return await settings_page(
        call, "profile.html", "profile", business=business, countries=countries(reader.words), zones=time_zones(),
        statuses=STATUSES,
    )  # fmt: skip


async def _save(work: Work) -> Answer:
    """All of the page at once; a status label that is blank is ours again."""
    form = work.form
    labels = {status: form.text(f"label_{status}")[:LABEL_MOST_CHARS] for status in STATUSES}
    texts: dict[str, Any] = {name: form.text(name) for name in TEXTS if form.has(name)}
    change = BusinessChange(
        **texts,
        status_labels={status: label for status, label in labels.items() if label},
    )
    await update_business(work.connection, work.here.business_uid, change)
    return see(HERE, "saved")


OPERATIONS = (
    shown("settings", "Settings", HERE, show_profile, summary="Name, contact, country, zone, language, statuses."),
    done(
        "save_settings", "Save the business", HERE, _save, right="settings", summary="All of that page at once.",
        fields={"name": "Harbour Kitchens", "country": "US", "time_zone": "UTC", "locale": "en"},
    ),
)  # fmt: skip
