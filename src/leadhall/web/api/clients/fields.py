"""`/platform/v1/fields`: the fields of a client card (api.md 3.6)."""

from __future__ import annotations

from leadhall.clients.card import BUILT_IN, TYPES, CardField
from leadhall.clients.fields import (
    FieldChange,
    OwnField,
    create_field,
    delete_field,
    get_field,
    list_fields,
    update_field,
)
from leadhall.core.errors import Invalid
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.web.api.clients.field_types import FIELD, FieldBody, FieldReply, FieldsReply
from leadhall.web.api.given import Given
from leadhall.web.api.paging import Paged
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.writes import ERRORS as ERRORS_OF_WRITES
from leadhall.web.api.writes import ERRORS_OF_POSTS, OkReply, Work, writing
from leadhall.web.call import Answer, Call


async def list_fields_of_business(call: Call) -> Answer:
    """The whole card, built-in fields first, in pages."""
    query: Paged = call.query
    async with reading(call) as (business, connection):
        own = await list_fields(connection, business.id)
    everything = [_built_in(field) for field in BUILT_IN] + [_own(field) for field in own]
    start = (query.page - 1) * query.size
    return Answer({"status": "OK", "data": everything[start : start + query.size]})


async def get_field_of_business(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        field_id = call.path["field_id"]
        built_in = next((field for field in BUILT_IN if field.id == field_id), None)
        shown = _built_in(built_in) if built_in else _own(await get_field(connection, business.id, field_id))
    return Answer({"status": "OK", "data": shown})


async def _create(work: Work) -> Answer:
    given = work.given
    type_ = given.word("type", TYPES, needed=True)
    label = given.text("label", needed=True)
    object_type = given.word("object_type", ("contact", "matter"))
    change = _change(given)
    given.settle()
    field = await create_field(
        work.connection,
        work.business_id,
        label=label or "",
        type_=type_ or "",
        object_type=object_type or "matter",
        options=change.options or (),
        required=bool(change.required),
        keep_asking=bool(change.keep_asking),
        default_value=change.default_value or "",
        forms=("client_card",) if change.forms is None else change.forms,
    )
    return Answer({"status": "OK", "data": _own(field)}, status=201)


async def _update(work: Work) -> Answer:
    given = work.given
    label, type_ = given.text("label"), given.word("type", TYPES)
    change = _change(given, label)
    given.settle()
    field_id = work.call.path["field_id"]
    if type_ is not None and type_ != (await get_field(work.connection, work.business_id, field_id)).type:
        raise Invalid("A field keeps its type: make another field", field="type")
    field = await update_field(work.connection, work.business_id, field_id, change)
    return Answer({"status": "OK", "data": _own(field)})


def _change(given: Given, label: str | None = None) -> FieldChange:
    return FieldChange(
        label=label,
        options=given.texts("options"),
        required=given.boolean("required"),
        keep_asking=given.boolean("keep_asking"),
        default_value=given.text("default_value", blank=True),
        forms=given.texts("forms"),
    )


async def _delete(work: Work) -> Answer:
    await delete_field(work.connection, work.business_id, work.call.path["field_id"])
    return Answer({"status": "OK"})


def _own(field: OwnField) -> dict[str, object]:
    return {
        "id": field.id,
        "label": field.label,
        "type": field.type,
        "object_type": field.object_type,
        "default_value": field.default_value,
        "options": field.options,
        "required": field.required,
        "keep_asking": field.keep_asking,
        "forms": field.forms,
        "deleted": False,
    }


def _built_in(field: CardField) -> dict[str, object]:
    return FIELD | {"id": field.id, "label": field.label, "type": field.type, "object_type": "contact", "options": []}


_READERS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
_WRITERS = Policy.tokens("staff", "app", "directory", scopes=("clients:write",))
_NOT_FOUND = ErrorCase(404, "not_found", "This business's card has no such field.")
_OPTIONS = {"type": "dropdown", "label": "Project", "options": ["Kitchen", "Bathroom"], "object_type": "contact"}

OPERATIONS = (
    Operation(
        name="list_fields",
        title="List fields",
        summary="The fields of the client card: built-in ones first, then the business's own in card order.",
        method="GET",
        path="/platform/v1/fields",
        door="api",
        policy=_READERS,
        handler=list_fields_of_business,
        query=Paged,
        replies=(Reply(200, FieldsReply, {"status": "OK", "data": [FIELD]}, "A page of fields."),),
        errors=ERRORS,
        examples=(Example("The client card"),),
        family="p1",
        tag="Fields and forms",
    ),
    Operation(
        name="create_field",
        title="Create a field",
        summary="Adds a field at the end of the client card.",
        method="POST",
        path="/platform/v1/fields",
        door="api",
        policy=_WRITERS,
        handler=writing(_create),
        request=FieldBody,
        replies=(Reply(201, FieldReply, {"status": "OK", "data": FIELD}, "The field."),),
        errors=(
            *ERRORS_OF_POSTS,
            ErrorCase(409, "already_exists", "A card has one opt-in field and one identifier field."),
        ),
        examples=(Example("A line", {"type": "singleline", "label": "Budget"}), Example("A choice", _OPTIONS)),
        family="p1",
        tag="Fields and forms",
    ),
    Operation(
        name="get_field",
        title="Get a field",
        summary="One field of the client card.",
        method="GET",
        path="/platform/v1/fields/{field_id}",
        door="api",
        policy=_READERS,
        handler=get_field_of_business,
        replies=(Reply(200, FieldReply, {"status": "OK", "data": FIELD}, "The field."),),
        errors=(*ERRORS, _NOT_FOUND),
        examples=(Example("A field of one's own", path={"field_id": "0m5x4kq2v7f1f1ab"}),),
        family="p1",
        tag="Fields and forms",
    ),
    Operation(
        name="update_field",
        title="Update a field",
        summary="Changes what is given of a field. Its type stays, and so do the built-in fields.",
        method="PUT",
        path="/platform/v1/fields/{field_id}",
        door="api",
        policy=_WRITERS,
        handler=writing(_update),
        request=FieldBody,
        replies=(Reply(200, FieldReply, {"status": "OK", "data": FIELD}, "The field as it is now."),),
        errors=(*ERRORS_OF_WRITES, _NOT_FOUND),
        examples=(Example("Another label", {"label": "Budget in dollars"}, path={"field_id": "0m5x4kq2v7f1f1ab"}),),
        family="p1",
        tag="Fields and forms",
    ),
    Operation(
        name="delete_field",
        title="Delete a field",
        summary="Takes a field off the card. What clients hold in it is kept and no longer shown.",
        method="DELETE",
        path="/platform/v1/fields/{field_id}",
        door="api",
        policy=_WRITERS,
        handler=writing(_delete),
        replies=(Reply(200, OkReply, {"status": "OK"}, "It is gone from the card."),),
        errors=(*ERRORS, _NOT_FOUND),
        examples=(Example("A field of one's own", path={"field_id": "0m5x4kq2v7f1f1ab"}),),
        family="p1",
        tag="Fields and forms",
    ),
)
