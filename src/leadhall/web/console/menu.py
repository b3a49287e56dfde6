"""The menu: where one can go, what waits there, and which business one works for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from leadhall.core.db import Connection, Scope, scoped
from leadhall.tenancy.sessions import Membership
from leadhall.web.call import Call
from leadhall.web.console.words import N_
from leadhall.web.live import Place, counts_of, mark_of
from leadhall.web.signed_in import SignedIn

NEEDS_ANSWER = "needs_answer"
STOOD = "leadhall.stood"
"""Where in a call's scope stands how things stood before its page was read."""


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


@dataclass(frozen=True)
class Stood:
    """What waited, and the mark of it, which a browser brings to hear of what is otherwise since."""

    counts: dict[str, int]
    mark: str


async def look_first(call: Call, connection: Connection, here: Membership, conversation: str | None = None) -> None:
    """For a page that is read again when something changes: what changes while it is read must not be missed.

    So its mark is taken before all else. `conversation`: the one it shows.
    """
    call.scope[STOOD] = await _stood(connection, here, conversation)


async def _stood(connection: Connection, here: Membership, conversation: str | None = None) -> Stood:
    counts = await counts_of(connection, here.business_id, here.staff_uid)
    return Stood(counts, await mark_of(connection, Place(here.business_id, conversation), counts))


async def menu_of(call: Call, here: str) -> Menu:
    person = call.person
    now = person.membership
    entries = tuple(each for each in ENTRIES if _sees(person, each))
    others = tuple(each for each in person.memberships if each is not now)
    if now is None:
        return Menu(entries, here, now, others)
    stood: Stood | None = call.scope.get(STOOD)
    if stood is None:
        async with scoped(call.services.app_pool, Scope.of([now.business_id])) as connection:
            stood = await _stood(connection, now)
    counted = tuple(replace(each, count=stood.counts.get(each.counts or "", 0)) for each in entries)
    return Menu(counted, here, now, others, stood.counts, stood.mark)
