"""Settings > Client card: the business's own fields, their order, and on which forms they are asked."""

from __future__ import annotations

from leadhall.clients.card import BUILT_IN, TYPES
from leadhall.clients.fields import (
    FieldChange,
    create_field,
    delete_field,
    get_field,
    list_fields,
    move_field,
    update_field,
)
from leadhall.clients.forms import CONTACT_FORM
from leadhall.web.call import Answer, Call
from leadhall.web.console.rows import Work, done, shown
from leadhall.web.console.settings.frame import looking, settings_page
from leadhall.web.console.told import see
from leadhall.web.console.words import N_
from leadhall.web.form import Form

HERE = "/settings/card"
CARD = "client_card"
TYPE_WORDS = {
    "singleline": N_("Short text"),
    "dropdown": N_("Choice"),
    "datepicker": N_("Date"),
    "checkbox": N_("Yes or no"),
    "phone": N_("Phone"),
    "email": N_("Email"),
    "address": N_("Address"),
    "name": N_("Name"),
    "firstname": N_("First name"),
    "lastname": N_("Last name"),
    "identifier": N_("Unique ID"),
    "opt-in": N_("Opt-in"),
    "status": N_("Status"),
}
OFFERED = ("singleline", "dropdown", "datepicker", "checkbox", "phone", "email", "address", "opt-in", "identifier")


async def show_card(call: Call) -> Answer:
    async with looking(call) as (here, connection):
        fields = await list_fields(connection, here.business_id)
    return await settings_page(
        call, "card.html", "card", fields=fields, built_in=BUILT_IN, types=TYPE_WORDS, offered=OFFERED,
        contact_form=CONTACT_FORM,
    )  # fmt: skip


def _options(form: Form) -> list[str]:
    return [line.strip() for line in form.text("options").splitlines() if line.strip()]


def _forms(form: Form, others: tuple[str, ...] = ()) -> list[str]:
    return [CARD, *(other for other in others if other not in (CARD, CONTACT_FORM))] + (
        [CONTACT_FORM] if form.has("on_form") else []
    )


async def _add(work: Work) -> Answer:
    form, type_ = work.form, work.form.text("type") or TYPES[0]
    await create_field(
        work.connection, work.business_id, label=form.text("label"), type_=type_,
        options=_options(form) if type_ == "dropdown" else (), required=form.has("required"), forms=_forms(form),
    )  # fmt: skip
    return see(HERE, "saved")


async def _change(work: Work) -> Answer:
    form, field_id = work.form, work.call.path["field"]
    old = await get_field(work.connection, work.business_id, field_id)
    change = FieldChange(
        label=form.text("label"),
        options=_options(form) if old.type == "dropdown" else None,
        required=form.has("required"),
        forms=_forms(form, tuple(old.forms)),
    )
    await update_field(work.connection, work.business_id, field_id, change)
    return see(HERE, "saved")


async def _move(work: Work) -> Answer:
    up = work.form.text("to") != "down"
    await move_field(work.connection, work.business_id, work.call.path["field"], up=up)
    return see(HERE)


async def _delete(work: Work) -> Answer:
    await delete_field(work.connection, work.business_id, work.call.path["field"])
    return see(HERE, "saved")


OPERATIONS = (
    shown("card_fields", "Fields of the card", HERE, show_card, summary="Built-in ones, and the business's own."),
    done(
        "add_card_field", "Add a field", HERE, _add, right="settings", summary="At the end of the card.",
        fields={"label": "Budget", "type": "singleline"},
    ),
    done(
        "change_card_field", "Change a field", "/settings/card/{field}", _change, right="settings",
        summary="Its label, options, whether it is needed, and whether the contact form asks it.",
        fields={"label": "Budget"},
    ),
    done(
        "move_card_field", "Move a field", "/settings/card/{field}/place", _move, right="settings",
        summary="One place up or down.", fields={"to": "down"},
    ),
    done(
        "delete_card_field", "Delete a field", "/settings/card/{field}/delete", _delete, right="settings",
        summary="Off the card; what clients hold in it stays with them.",
    ),
)  # fmt: skip
