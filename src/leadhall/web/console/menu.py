"""The menu: where one can go, what waits there, and which business one works for."""

from __future__ import annotations

from dataclasses import dataclass

from leadhall.tenancy.sessions import Membership
from leadhall.web.call import Call
from leadhall.web.console.words import N_
from leadhall.web.signed_in import SignedIn


@dataclass(frozen=True)
class Entry:
    """One place. `count`: what waits there; `right`: what one must be allowed to see it."""

    name: str
    label: str
    path: str
    icon: str
    count: int = 0
    right: str = "read"


@dataclass(frozen=True)
class Menu:
    entries: tuple[Entry, ...]
    here: str
    working_for: Membership | None
    others: tuple[Membership, ...]

    @property
    def waiting(self) -> int:
        """What the tab's title counts."""
        return sum(entry.count for entry in self.entries if entry.name == "inbox")


AGENCY = "agency"
"""Not a right in a business: of who administers a directory."""
ENTRIES = (
    Entry("inbox", N_("Inbox"), "/inbox", "inbox"),
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
    entries = tuple(each for each in ENTRIES if _sees(person, each))
    now = person.membership
    return Menu(entries, here, now, tuple(each for each in person.memberships if each is not now))
