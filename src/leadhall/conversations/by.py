"""Who acts on a conversation: a member of the staff, a token that is no person's, or nobody we know by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """`staff_uid` of a person; `token_uid` of the token they used, if any. Neither: the client, or the system."""

    staff_uid: str | None = None
    token_uid: str | None = None


NOBODY = By()
