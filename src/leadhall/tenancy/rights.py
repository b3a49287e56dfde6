"""What members of staff may do by their role: one table. A token reaches as far as its holder does."""

from __future__ import annotations

from leadhall.core.db import Connection
from leadhall.core.errors import Fault, Unauthorized
from leadhall.core.sql import statements
from leadhall.tenancy.caller import Caller

SQL = statements(__package__, "staff.sql")

EVERYBODY = ("owner", "admin", "manager", "marketing", "collaborator", "user")

RIGHTS: dict[str, tuple[str, ...]] = {
    "read": EVERYBODY,
    "answer": EVERYBODY,
    "edit": EVERYBODY,
    "erase": ("owner", "admin"),
    "settings": ("owner", "admin", "manager"),
    "apps": ("owner", "admin", "manager"),
    "tokens": ("owner", "admin"),
    "staff": ("owner", "admin"),
}
"""Right to roles. read: leads and clients; answer: write to leads, file, assign; edit: client cards, canned replies."""

MANAGES_STAFF = RIGHTS["staff"]
MANAGES_BUSINESS = RIGHTS["settings"]


def may(role: str, right: str) -> bool:
    """Whether this role has this right."""
    return role in RIGHTS[right]


async def require_role(connection: Connection, caller: Caller, roles: tuple[str, ...]) -> None:
    """Unauthorized (token_kind) for a member of staff in no such role; tokens of other kinds pass."""
    if caller.kind not in ("staff", "session"):
        return
    role = await connection.fetchval(SQL["role"], caller.business_id, caller.staff_uid)
    if role not in roles:
        words = f"This takes the role {' or '.join(roles)}, and this token's holder is {role}"
        raise Unauthorized(faults=(Fault("token_kind", words),))
