"""`leadhall requests redact`: what one person's requests said is taken out of the log."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from leadhall.cli.output import say
from leadhall.cli.session import session
from leadhall.cli.webhook import key_at
from leadhall.core.errors import NotFound
from leadhall.core.sql import statements
from leadhall.person.whole import find_person
from leadhall.requestlog.marks import erase_rows
from leadhall.tenancy.audit import OPERATOR, record_act

SQL = statements(__package__, "requests.sql")


async def redact(*, client: Annotated[str, Parameter(help="Uid of the client whose requests they are.")]) -> None:
    """Take headers, bodies, answers and addresses of a client's requests out of the log; that they came stays."""
    async with session() as at, at.connection.transaction():
        business_id = await at.connection.fetchval(SQL["business_of_client"], client)
        if business_id is None:
            raise NotFound(f"there is no client {client}")
        person = await find_person(at.connection, business_id, client, key_at(at.settings).mark)
        count = await erase_rows(at.connection, business_id, person.rows)
        facts = {"requests": count}
        await record_act(
            at.connection, "requests/redacted", client, actor=OPERATOR, business_id=business_id, facts=facts
        )
    say(f"{count} requests redacted")
