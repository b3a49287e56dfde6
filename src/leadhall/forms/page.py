"""What a form's own page asks: names, email, phone, the business's fields for this form, and the message. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leadhall.clients.card import NOT_BY_REQUEST_DATA
from leadhall.clients.fields import OwnField
from leadhall.clients.forms import CONTACT_FORM, MESSAGE, form_of

CONSENT = "opt_in"
INPUTS = {"email": "email", "phone": "tel", "datepicker": "date", "checkbox": "checkbox", "dropdown": "select"}
FILLED_BY_BROWSERS = {
    "first_name": "given-name",
    "last_name": "family-name",
    "email": "email",
    "phone": "tel",
    "address": "street-address",
}
_NEEDED = frozenset({"first_name", "email", MESSAGE})


@dataclass(frozen=True, slots=True)
class Question:
    """One input: text, email, tel, date, checkbox, select or textarea. `label` None: the page has a word for it."""

    name: str
    label: str | None
    input: str
    required: bool = False
    options: tuple[str, ...] = ()
    autocomplete: str | None = None
    value: str = ""


def questions(own: Iterable[OwnField]) -> tuple[list[Question], str | None]:
    """The questions in order, and the words of the box that agrees to marketing, when the card has such a field."""
    fields = list(own)
    asked = [
        Question(
            name=field.id,
            label=None if field.id in FILLED_BY_BROWSERS else field.label,
            input=INPUTS.get(field.type, "text"),
            required=field.required or field.id in _NEEDED,
            options=field.options,
            autocomplete=FILLED_BY_BROWSERS.get(field.id),
            value=field.default_value,
        )
        for field in form_of(CONTACT_FORM, fields).asked
        if field.type not in NOT_BY_REQUEST_DATA
    ]
    consent = next((field.label for field in fields if field.type == "opt-in"), None)
    return [*asked, Question(MESSAGE, None, "textarea", required=True)], consent
