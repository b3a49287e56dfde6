"""Settings > Team: who serves the business, as what; invitations and farewells."""

from __future__ import annotations

from leadhall.notify.entering import invite
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.staff import NewStaff, add_staff, get_staff, list_staff, remove_staff, set_role
from leadhall.web.call import Answer, Call
from leadhall.web.console.rows import Work, done, shown
from leadhall.web.console.settings.frame import looking, settings_page
from leadhall.web.console.told import see
from leadhall.web.console.words import N_

HERE = "/settings/team"
ROLES = {
    "owner": N_("Owner"),
    "admin": N_("Administrator"),
    "manager": N_("Manager"),
    "marketing": N_("Marketing"),
    "collaborator": N_("Collaborator"),
    "user": N_("Member"),
}


async def show_team(call: Call) -> Answer:
    async with looking(call, "staff") as (here, connection):
        people = await list_staff(connection, here.business_id)
    return await settings_page(call, "team.html", "staff", people=people, roles=ROLES, me=here.staff_uid)


async def _invite(work: Work) -> Answer:
    """A new member, and the mail by which they come in."""
    form = work.form
    new = NewStaff(
        email=form.text("email"),
        display_name=form.text("display_name") or form.text("email"),
        role=form.text("role") or "user",
    )
    staff = await add_staff(work.connection, work.business_id, new)
    await invite(work.connection, work.business_id, staff.uid, staff.email, by=work.person.name)
    await _note(work, "staff/invited", staff.uid)
    return see(HERE, "invited")


async def _invite_again(work: Work) -> Answer:
    staff = await get_staff(work.connection, work.business_id, work.call.path["staff"])
    await invite(work.connection, work.business_id, staff.uid, staff.email, by=work.person.name)
    return see(HERE, "invited")


async def _change_role(work: Work) -> Answer:
    uid = work.call.path["staff"]
    await set_role(work.connection, work.business_id, uid, work.form.text("role"))
    await _note(work, "staff/role", uid)
    return see(HERE, "saved")


async def _remove(work: Work) -> Answer:
    """Their tokens for the business and their way in end with it."""
    uid = work.call.path["staff"]
    await remove_staff(work.connection, work.business_id, uid)
    await _note(work, "staff/removed", uid)
    return see(HERE, "removed")


async def _note(work: Work, act: str, uid: str) -> None:
    await record_act(work.connection, act, uid, actor=work.person.caller().principal, business_id=work.business_id)


OPERATIONS = (
    shown("team", "Team", HERE, show_team, summary="Who serves the business, and as what."),
    done(
        "invite_member", "Invite a member", HERE, _invite, right="staff",
        summary="They get a mail by which they come in.",
        fields={"email": "cal@harbour-kitchens.example", "display_name": "Cal", "role": "user"},
    ),
    done(
        "invite_again", "Invite again", "/settings/team/{staff}/invitation", _invite_again, right="staff",
        summary="The mail once more.",
    ),
    done(
        "change_role", "Change a role", "/settings/team/{staff}", _change_role, right="staff",
        summary="What a member may do; the owner stays the owner.", fields={"role": "manager"},
    ),
    done(
        "remove_member", "Remove a member", "/settings/team/{staff}/removal", _remove, right="staff",
        summary="They no longer serve the business.",
    ),
)  # fmt: skip
