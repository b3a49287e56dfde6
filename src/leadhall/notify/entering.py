"""Links that let people in: an invitation to a business, a link to sign in, and the one that sets an installation up.

Each works once. Those that are mailed are made as the mail is written, so that they stand nowhere else.
"""

from __future__ import annotations

from leadhall.core.db import Connection
from leadhall.core.sql import statements
from leadhall.events.outbox import append_event
from leadhall.notify.mail_links import make_link
from leadhall.tenancy.staff import note_invitation
from leadhall.tenancy.users import Person

SQL = statements(__package__, "entering.sql")


async def invite(
    connection: Connection, business_id: int, staff_uid: str, address: str, *, by: str | None = None
) -> None:
    """Mail a member the link by which they come in; `by` is the name of who asks them. It confirms their address."""
    facts = {"recipient": address, "staff_uid": staff_uid} | ({"by": by} if by else {})
    await append_event(connection, business_id, "invitation", facts)
    await note_invitation(connection, business_id, staff_uid)


async def mail_sign_in(connection: Connection, person: Person) -> None:
    """Mail somebody a link to sign in, of the installation: the connection must reach business 0."""
    facts = {"recipient": person.email, "user_id": person.user_id}
    await append_event(connection, 0, "sign_in", facts | ({"locale": person.locale} if person.locale else {}))


async def sign_in_link(connection: Connection, user_id: int, address: str) -> str:
    """The path of a link to sign in, for an operator who hands it over."""
    return await make_link(connection, "sign_in", business_id=0, address=address, user_id=user_id)


async def set_up_link(connection: Connection) -> str:
    """The path of the link that sets this installation up; the one told before works no more."""
    await connection.execute(SQL["forget_set_up"])
    return await make_link(connection, "set_up", business_id=0, address="")
