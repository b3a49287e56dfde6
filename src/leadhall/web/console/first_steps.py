"""What a new business does first, shown above its inbox until the first lead of a stranger is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadhall.conversations.threads import Sought, Thread, find_threads
from leadhall.core.db import Connection
from leadhall.notify.verification import verified_numbers
from leadhall.tenancy.form_keys import list_form_keys
from leadhall.tenancy.sessions import Membership
from leadhall.web.console.first_leads import SOURCE

LOOKED_AT = 20
"""How many of the newest conversations are looked at: who sent more tests than that knows the way."""


@dataclass(frozen=True)
class FirstSteps:
    """Which of them are done. `example_uid`: of the lead that came with the business."""

    example_uid: str | None
    has_test: bool
    has_phone: bool
    has_form: bool


async def first_steps(connection: Connection, here: Membership, shown: Sequence[Thread]) -> FirstSteps | None:
    """None once somebody else than we sent a lead. `shown` is what the inbox shows anyway."""
    if not _are_ours(shown):
        return None
    newest = await find_threads(connection, here.business_id, Sought(folder="all"), per_page=LOOKED_AT)
    if newest.after or not _are_ours(newest.threads):
        return None
    tests = [each for each in newest.threads if each.source == SOURCE]
    return FirstSteps(
        example_uid=next((each.uid for each in newest.threads if each not in tests), None),
        has_test=bool(tests),
        has_phone=here.staff_uid in await verified_numbers(connection, here.business_id),
        has_form=any(not each.revoked_at for each in await list_form_keys(connection, here.business_id)),
    )


def _are_ours(threads: Sequence[Thread]) -> bool:
    return all(each.is_test for each in threads)
