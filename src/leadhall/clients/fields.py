"""The fields that a business adds to its client card (api.md 3.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from leadhall.clients.card import BUILT_IN, TEXT_MOST_CHARS, TYPES, CannotHold, CardField, fit, label_key
from leadhall.core.db import Connection
from leadhall.core.errors import AlreadyExists, Fault, Invalid, NotFound
from leadhall.core.ids import mint
from leadhall.core.sql import statements
from leadhall.core.text import clean

SQL = statements(__package__, "fields.sql")
FIELDS_MOST = 500
OPTIONS_MOST = 500
FORMS = ("client_card", "leave_details", "scheduling", "online_payments", "share_documents")
ONE_OF_A_KIND = frozenset({"opt-in", "identifier"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnField:
    """A field of a business's card, as stored."""

    id: str
    label: str
    type: str
    object_type: str
    options: list[str]
    required: bool
    keep_asking: bool
    default_value: str
    forms: list[str]
    position: int
    created_at: datetime

    def on_card(self) -> CardField:
        """The same, as intake and card know it."""
        return CardField(self.id, self.label, self.type, tuple(self.options))


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewField:
    label: str
    type: str
    object_type: str
    options: list[str]
    required: bool
    keep_asking: bool
    default_value: str
    forms: list[str]


async def list_fields(connection: Connection, business_id: int) -> list[OwnField]:
    """The business's own fields, in card order. Built-in ones (`card.BUILT_IN`) come before them."""
    return [OwnField(**row) for row in await connection.fetch(SQL["list"], business_id)]


async def get_field(connection: Connection, business_id: int, field_id: str) -> OwnField:
    """One own field. NotFound when this business has none of that id."""
    row = await connection.fetchrow(SQL["one"], business_id, field_id)
    return _found(row)


def _found(row: Mapping[str, Any] | None) -> OwnField:
    if row is None:
        raise NotFound("There is no such field")
    return OwnField(**row)


async def create_field(
    connection: Connection,
    business_id: int,
    *,
    label: str,
    type_: str = "singleline",
    object_type: str = "contact",
    options: Sequence[str] = (),
    required: bool = False,
    keep_asking: bool = False,
    default_value: str = "",
    forms: Sequence[str] = ("client_card",),
) -> OwnField:
    """Add a field at the end of the card.

    Invalid names every fault; AlreadyExists for a second opt-in or identifier field.
    """
    new = _NewField(
        label=clean(label)[0],
        type=type_,
        object_type=object_type,
        options=[clean(option)[0] for option in options],
        required=required,
        keep_asking=keep_asking,
        default_value=clean(default_value)[0],
        forms=list(forms),
    )
    if faults := _faults(new):
        raise Invalid.of(faults)
    async with connection.transaction():
        await connection.execute(SQL["lock"], business_id)
        _check_room(new, await list_fields(connection, business_id))
        return await _insert(connection, business_id, new)


def _check_room(new: _NewField, known: list[OwnField]) -> None:
    if new.type in ONE_OF_A_KIND and any(field.type == new.type for field in known):
        raise AlreadyExists(f"The card has its {new.type} field already", field="type")
    if len(known) >= FIELDS_MOST:
        raise Invalid.of([Fault("too_many", f"A card has at most {FIELDS_MOST} fields of its own")])


async def _insert(connection: Connection, business_id: int, new: _NewField) -> OwnField:
    row = await connection.fetchrow(
        SQL["create"],
        business_id,
        mint(),
        new.label,
        label_key(new.label),
        new.type,
        new.object_type,
        new.options,
        new.required,
        new.keep_asking,
        new.default_value,
        new.forms,
        await connection.fetchval(SQL["next_position"], business_id),
    )
    return OwnField(**row)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """None leaves as it is. A field keeps its type: what clients already hold was read by it."""

    label: str | None = None
    options: list[str] | None = None
    required: bool | None = None
    keep_asking: bool | None = None
    default_value: str | None = None
    forms: list[str] | None = None


async def update_field(connection: Connection, business_id: int, field_id: str, change: FieldChange) -> OwnField:
    """Change what is given of an own field. NotFound; Invalid names every fault, and is all a built-in field gets."""
    _keep_built_in(field_id)
    old = await get_field(connection, business_id, field_id)
    given = {name: value for name, value in asdict(change).items() if value is not None}
    names = ("label", "type", "object_type", "options", "required", "keep_asking", "default_value", "forms")
    new = _NewField(**{name: getattr(old, name) for name in names} | given)
    if faults := _faults(new):
        raise Invalid.of(faults)
    changed = (new.label, label_key(new.label), new.options, new.required, new.keep_asking, new.default_value)
    return _found(await connection.fetchrow(SQL["update"], business_id, field_id, *changed, new.forms))


async def move_field(connection: Connection, business_id: int, field_id: str, *, up: bool) -> None:
    """Change places with the field before it, or after it; the first and the last stay where they are. NotFound."""
    await connection.execute(SQL["lock"], business_id)
    ids = [field.id for field in await list_fields(connection, business_id)]
    if field_id not in ids:
        raise NotFound("There is no such field")
    place = ids.index(field_id)
    other = place - 1 if up else place + 1
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
        await connection.execute(SQL["order"], business_id, ids)


async def delete_field(connection: Connection, business_id: int, field_id: str) -> None:
    """Take a field off the card; what clients hold in it stays with them. NotFound; Invalid for a built-in one."""
    _keep_built_in(field_id)
    if not await connection.fetchval(SQL["delete"], business_id, field_id):
        raise NotFound("There is no such field")


def _keep_built_in(field_id: str) -> None:
    if any(field.id == field_id for field in BUILT_IN):
        raise Invalid("A built-in field of the card stays as it is", field="id")


def _faults(new: _NewField) -> list[Fault]:
    faults = []
    if not new.label:
        faults.append(Fault.missing("label"))
    if any(len(text) > TEXT_MOST_CHARS for text in (new.label, new.default_value, *new.options)):
        faults.append(Fault("too_long", f"A label, an option or a default has at most {TEXT_MOST_CHARS} characters"))
    if new.type not in TYPES:
        faults.append(Fault("invalid", f"type must be one of: {', '.join(TYPES)}", "type"))
    if new.object_type not in ("contact", "matter"):
        faults.append(Fault("invalid", "object_type must be contact or matter", "object_type"))
    if unknown := [form for form in new.forms if form not in FORMS]:
        faults.append(Fault("invalid", f"forms must be of: {', '.join(FORMS)}; not {unknown[0]}", "forms"))
    return faults + _faults_of_options(new.type, new.options) + _faults_of_default(new)


def _faults_of_default(new: _NewField) -> list[Fault]:
    """A default must be something that the field's type can hold."""
    if not new.default_value or new.type not in TYPES:
        return []
    held = fit(CardField("", new.label, new.type, tuple(new.options)), new.default_value)
    return (
        [Fault("invalid", f"default_value cannot be: {held.why}", "default_value")]
        if isinstance(held, CannotHold)
        else []
    )


def _faults_of_options(type_: str, options: list[str]) -> list[Fault]:
    if type_ != "dropdown":
        return [Fault("invalid", "Only a dropdown has options", "options")] if options else []
    if not any(options):
        return [Fault("missing", "A dropdown needs options", "options")]
    if len(options) > OPTIONS_MOST:
        return [Fault("too_many", f"A dropdown has at most {OPTIONS_MOST} options", "options")]
    if len({label_key(option) for option in options}) != len(options) or not all(options):
        return [Fault("invalid", "Options must be told apart, and none may be blank", "options")]
    return []
