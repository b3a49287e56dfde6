"""What members of a staff may do by their role: a token reaches as far as its holder does."""

from __future__ import annotations

from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Unauthorized
from leadhall.core.sql import statements
from leadhall.tenancy.caller import Caller

SQL = statements(__package__, "staff.sql")

MANAGES_STAFF = ("owner", "admin")
MANAGES_BUSINESS = ("owner", "admin", "manager")


async def require_role(connection: Connection, caller: Caller, roles: tuple[str, ...]) -> None:
    """Unauthorized (token_kind) for a member of staff in no such role; tokens of other kinds pass."""
    if caller.kind != "staff":
        return
    role = await connection.fetchval(SQL["role"], caller.business_id, caller.staff_uid)
    if role not in roles:
        words = f"This takes the role {' or '.join(roles)}, and this token's holder is {role}"
        raise Unauthorized(faults=(Fault("token_kind", words),))
