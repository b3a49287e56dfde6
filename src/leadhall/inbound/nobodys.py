"""What came in and is nobody's: somebody looks at it, and gives it to the business that it is for.

Mail to an address that was never given out, and texts to a number that several businesses share, are held under
business 0. Whoever gets one finds it among its held answers, and lets it into its conversation or dismisses it.
An operator sees all; who administers a directory, what can be for nobody else (`directory_of_nobodys`, unplaced.sql).
"""

from __future__ import annotations

from dataclasses import dataclass

from leadhall.conversations.messages import whose
from leadhall.core.db import Connection
from leadhall.core.emails import email_key
from leadhall.core.errors import Invalid, NotFound
from leadhall.core.ids import LAST
from leadhall.core.sql import SqlFile, statements
from leadhall.inbound.held import Held, dismiss
from leadhall.inbound.received import NOBODYS

SQL = statements(__package__, "nobodys.sql")
FUNCTIONS = [SqlFile.of(__package__, "unplaced.sql")]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSomewhere(Held):
    """One that is held, and whose it is; `business` is None while it is nobody's."""

    business_id: int
    business: str | None
    business_name: str | None


async def find_held(connection: Connection, business_id: int | None = None, *, most: int) -> list[HeldSomewhere]:
    """The newest first: of one business, of nobody (`NOBODYS`), or all."""
    if business_id is None:
        rows = await connection.fetch(SQL["find_all"], most)
    else:
        rows = await connection.fetch(SQL["find"], business_id, most)
    return [HeldSomewhere(**row) for row in rows]


async def get_held(connection: Connection, uid: str) -> HeldSomewhere:
    """One of them. NotFound when it is not held (any more)."""
    row = await connection.fetchrow(SQL["one"], uid)
    if row is None:
        raise NotFound("There is no such held mail or text")
    return HeldSomewhere(**row)


async def give(
    connection: Connection, uid: str, business_id: int, *, conversation_uid: str | None = None
) -> str | None:
    """Make it the business's to decide about; the conversation that a release lets it into, None when there is none.

    Without `conversation_uid` that is the newest one with the address or number it came from. NotFound for a
    conversation that is not there, and when it is not held (any more); Invalid when it is somebody's.
    """
    held = await get_held(connection, uid)
    if held.business_id != NOBODYS:
        raise Invalid("It has its business already", field="uid")
    return await _give(connection, held, business_id, conversation_uid)


async def _give(connection: Connection, held: Held, business_id: int, conversation_uid: str | None) -> str | None:
    if conversation_uid and await whose(connection, business_id, conversation_uid) is None:
        raise NotFound("This business has no such conversation", field="conversation_uid")
    into = conversation_uid or await connection.fetchval(SQL["spoken_in"], business_id, _compared(held.sender))
    if not await connection.fetchval(SQL["give"], held.uid, business_id, into):
        raise NotFound("It is not held any more, or the business has it already")
    return into


async def dismiss_held(connection: Connection, uid: str) -> HeldSomewhere:
    """Whosever it is, it goes nowhere, and its text is forgotten. NotFound when it is not held (any more)."""
    held = await get_held(connection, uid)
    await dismiss(connection, held.business_id, uid)
    return held


# within what a directory may see


async def list_unplaced(
    connection: Connection, directory_id: int, *, after: str | None = None, most: int
) -> list[Held]:
    """The newest first; `after` continues below a uid."""
    return [Held(**row) for row in await connection.fetch(SQL["unplaced"], directory_id, after or LAST, most)]


async def give_unplaced(
    connection: Connection, directory_id: int, uid: str, business_id: int, *, conversation_uid: str | None = None
) -> str | None:
    """As `give`, to a business of the directory. NotFound for what it may not see."""
    held = await _unplaced(connection, directory_id, uid)
    return await _give(connection, held, business_id, conversation_uid)


async def dismiss_unplaced(connection: Connection, directory_id: int, uid: str) -> None:
    """It goes nowhere, and its text is forgotten. NotFound for what the directory may not see."""
    await _unplaced(connection, directory_id, uid)
    await dismiss(connection, NOBODYS, uid)


async def _unplaced(connection: Connection, directory_id: int, uid: str) -> Held:
    row = await connection.fetchrow(SQL["one_unplaced"], directory_id, uid)
    if row is None:
        raise NotFound("There is no such held answer")
    return Held(**row)


def _compared(sender: str) -> str:
    """As addresses are compared; a number stays what it is."""
    try:
        return email_key(sender)
    except ValueError:
        return sender
