"""The menu: where one can go, what waits there, and which business one works for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from leadhall.core.db import Scope, scoped
from leadhall.tenancy.sessions import Membership
from leadhall.web.call import Call
from leadhall.web.console.words import N_
from leadhall.web.live import Place, counts_of, mark_of
from leadhall.web.signed_in import SignedIn

NEEDS_ANSWER = "needs_answer"
CONVERSATION = "leadhall.conversation"
"""Where in a call's scope the conversation stands that its page shows."""


@dataclass(frozen=True)
class Entry:
    """One place. `counts`: which count stands beside it; `right`: what one must be allowed to see it."""

    name: str
    label: str
    path: str
    icon: str
    counts: str | None = None
    right: str = "read"
    count: int = 0


@dataclass(frozen=True)
class Menu:
    """`counts` are those of conversations.threads.unread_counts, and `waiting`; `mark` is how things stood."""

    entries: tuple[Entry, ...]
    here: str
    working_for: Membership | None
    others: tuple[Membership, ...]
    counts: dict[str, int] = field(default_factory=dict)
    mark: str = ""

    @property
    def waiting(self) -> int:
        """What the tab's title counts."""
        return self.counts.get(NEEDS_ANSWER, 0)


AGENCY = "agency"
"""Not a right in a business: of who administers a directory."""
ENTRIES = (
    Entry("inbox", N_("Inbox"), "/inbox", "inbox", counts=NEEDS_ANSWER),
    Entry("clients", N_("Clients"), "/clients", "user"),
    Entry("figures", N_("Figures"), "/figures", "chart"),
    Entry("agency", N_("Businesses"), "/agency", "users", right=AGENCY),
    Entry("settings", N_("Settings"), "/settings", "settings"),
)
"""Every room of the console adds its line here."""


def _sees(person: SignedIn, entry: Entry) -> bool:
    return bool(person.administers) if entry.right == AGENCY else person.may(entry.right)


async def menu_of(call: Call, here: str) -> Menu:
    person = call.person
    now = person.membership
    entries = tuple(each for each in ENTRIES if _sees(person, each))
    others = tuple(each for each in person.memberships if each is not now)
    if now is None:
        return Menu(entries, here, now, others)
    place = Place(now.business_id, call.scope.get(CONVERSATION))
    async with scoped(call.services.app_pool, Scope.of([now.business_id])) as connection:
        counts = await counts_of(connection, now.business_id, now.staff_uid)
        mark = await mark_of(connection, place, counts)
    counted = tuple(replace(each, count=counts.get(each.counts or "", 0)) for each in entries)
    return Menu(counted, here, now, others, counts, mark)
