"""Settings > Notices: what each member hears of, how, and when not."""

from __future__ import annotations

from leadhall.core.errors import Unauthorized
from leadhall.notify.verification import verified_numbers
from leadhall.tenancy.preferences import preferences_of, set_preferences
from leadhall.tenancy.staff import list_staff
from leadhall.web.call import Answer, Call
from leadhall.web.console.places import time_zones
from leadhall.web.console.rows import Work, done, shown
from leadhall.web.console.settings.frame import looking, settings_page
from leadhall.web.console.told import see

HERE = "/settings/notices"


async def show_notices(call: Call) -> Answer:
    """One's own; of all members to who manages them."""
    async with looking(call, "read") as (here, connection):
        staff = await list_staff(connection, here.business_id)
        numbers = await verified_numbers(connection, here.business_id)
    seen = [each for each in staff if each.uid == here.staff_uid or call.person.may("staff")]
    people = [(each, preferences_of(each.preferences)) for each in seen]
    return await settings_page(call, "notices.html", "notices", people=people, numbers=numbers, zones=time_zones())


async def _save(work: Work) -> Answer:
    uid, form = work.call.path["staff"], work.form
    if uid != work.here.staff_uid and not work.person.may("staff"):
        raise Unauthorized("Your role in this business does not allow it: ask its owner")
    await set_preferences(
        work.connection, work.business_id, uid,
        {
            "email": form.has("email"), "sms": form.has("sms"), "leads": form.text("leads") or "mine",
            "quiet_from": form.text("quiet_from"), "quiet_until": form.text("quiet_until"),
            "time_zone": form.text("time_zone"),
        },
    )  # fmt: skip
    return see(HERE, "saved")


OPERATIONS = (
    shown("notices", "Notices", HERE, show_notices, summary="Channels, whose leads, quiet hours; of each member."),
    done(
        "save_notices", "Save notices", "/settings/notices/{staff}", _save, right="read",
        summary="One's own; anybody's by who manages members.", fields={"email": "yes", "leads": "all"},
    ),
)  # fmt: skip
