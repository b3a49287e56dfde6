"""Which fields a form asks for: built-in ones and those of a business's own that name the form (api.md 3.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from leadhall.clients.card import BUILT_IN, TEXT_MOST_CHARS, CannotHold, CardField, fit
from leadhall.clients.fields import FORMS, FieldChange, OwnField, list_fields, update_field
from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Invalid

SUBJECT, MESSAGE = "subject", "message"
CONTACT_FORM = "leave_details"
EMPTY = "This field cannot be empty"
TITLES = {
    "client_card": "Client card",
    "leave_details": "Contact us",
    "scheduling": "Scheduling",
    "online_payments": "Online payments",
    "share_documents": "Share documents",
}
_ASKED_OF_EVERYBODY = ("first_name", "last_name", "email", "phone")


@dataclass(frozen=True, slots=True)
class Asked:
    """One field as a form asks for it."""

    id: str
    label: str
    type: str
    required: bool
    keep_asking: bool = False
    default_value: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAnew:
    """A field by its id as a form is to ask for it; None leaves as it is."""

    id: str
    required: bool | None = None
    keep_asking: bool | None = None
    default_value: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form by its type, with what it asks for."""

    type: str
    title: str
    asked: tuple[Asked, ...]


def forms_of(own: Iterable[OwnField]) -> list[Form]:
    """All forms of a business, in a fixed order; on each the built-in fields come first."""
    fields = list(own)
    return [form_of(type_, fields) for type_ in FORMS]


def form_of(type_: str, own: Iterable[OwnField]) -> Form:
    built_in = [field for field in BUILT_IN if type_ == "client_card" or field.id in _ASKED_OF_EVERYBODY]
    asked = [Asked(field.id, field.label, field.type, required=False) for field in built_in]
    asked += [
        Asked(
            field.id,
            field.label,
            field.type,
            field.required,
            field.keep_asking,
            field.default_value,
            tuple(field.options),
        )
        for field in own
        if type_ in field.forms
    ]
    return Form(type_, TITLES[type_], tuple(asked))


async def put_form(connection: Connection, business_id: int, type_: str, asks: Sequence[AskedAnew]) -> Form:
    """A form asks for these of the business's own fields and for no other; built-in fields stay on it.

    Invalid names every field that is none. What a field is on other forms stays.
    """
    own = {field.id: field for field in await list_fields(connection, business_id)}
    built_in = {field.id for field in BUILT_IN}
    if unknown := [each.id for each in asks if each.id not in own and each.id not in built_in]:
        raise Invalid.of(
            [Fault("invalid", f"There is no field {name[:TEXT_MOST_CHARS]}", "fields") for name in unknown]
        )
    asked = {each.id: each for each in asks if each.id in own}
    for field in own.values():
        wanted = asked.get(field.id)
        forms = [each for each in FORMS if each in field.forms and each != type_] + ([type_] if wanted else [])
        if wanted is None and forms == field.forms:
            continue
        change = FieldChange(forms=forms)
        if wanted is not None:
            change = replace(
                change,
                required=wanted.required,
                keep_asking=wanted.keep_asking,
                default_value=wanted.default_value,
            )
        await update_field(connection, business_id, field.id, change)
    return form_of(type_, await list_fields(connection, business_id))


def faults_of(form: Form, answers: Mapping[str, str]) -> list[Fault]:
    """What an answered contact form lacks: subject, message and what is required; and what a field cannot hold."""
    needed = [SUBJECT, MESSAGE, *(field.id for field in form.asked if field.required)]
    faults = [Fault("invalid", EMPTY, name) for name in needed if not answers.get(name)]
    for field in form.asked:
        if field.id in answers and field.options:
            held = fit(CardField(field.id, field.label, field.type, field.options), answers[field.id])
            if isinstance(held, CannotHold):
                faults.append(Fault("invalid", f"{field.label}: {held.why}", field.id))
    return faults
