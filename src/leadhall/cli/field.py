"""`leadhall field create|list|show`: a business's own fields on its client card."""

from __future__ import annotations

from typing import Annotated

import cyclopts
from cyclopts import Parameter

from leadhall.cli.output import Json, row_of, show_facts, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business
from leadhall.cli.session import session
from leadhall.clients.fields import create_field, get_field, list_fields

app = cyclopts.App(name="field", help="Fields of a business's client card.")
LISTED = ("id", "label", "type", "options", "required", "position")


@app.command
async def create(
    business: str,
    label: str,
    /,
    *,
    type_: Annotated[
        str, Parameter(name="--type", help="singleline, dropdown, datepicker, checkbox, opt-in, identifier …")
    ] = "singleline",
    option: Annotated[list[str] | None, Parameter(help="A choice of a dropdown; may be repeated.")] = None,
    required: bool = False,
    directory: DirectoryOption = None,
    as_json: Json = False,
) -> None:
    """Put a field at the end of the card. request_data of leads names it by its label or id."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        field = await create_field(
            at.connection, found.id, label=label, type_=type_, options=option or (), required=required
        )
    show_facts(row_of(field), as_json=as_json)


@app.command(name="list")
async def list_(business: str, /, *, directory: DirectoryOption = None, as_json: Json = False) -> None:
    """The business's own fields, in card order."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        fields = await list_fields(at.connection, found.id)
    show_rows([row_of(each) for each in fields], as_json=as_json, columns=LISTED, nothing="only the built-in fields")


@app.command
async def show(business: str, field_id: str, /, *, directory: DirectoryOption = None, as_json: Json = False) -> None:
    """One field."""
    async with session() as at:
        found = await pick_business(at.connection, business, directory)
        field = await get_field(at.connection, found.id, field_id)
    show_facts(row_of(field), as_json=as_json)
