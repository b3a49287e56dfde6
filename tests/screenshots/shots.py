"""Which pictures are taken: those that docs show, and for a look every page of the console."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from playwright.sync_api import Page, ViewportSize

PAIRED_WITHIN_S = 60
"""The worker looks for those who may be one person now and then."""
WIDE: ViewportSize = {"width": 1200, "height": 720}
PORTAL: ViewportSize = {"width": 1264, "height": 640}
NARROW: ViewportSize = {"width": 390, "height": 780}


@dataclass(frozen=True)
class Shot:
    """`path` may name a lead by {Maya}. `full`: the whole page, however long. `until`: what must be there first."""

    name: str
    path: str
    size: ViewportSize
    scheme: Literal["light", "dark"] = "light"
    language: str = "en"
    full: bool = False
    until: str = "body"

    def of(self, leads: dict[str, str]) -> Shot:
        return replace(self, path=self.path.format(**leads))


SHOTS = (
    Shot("inbox", "/inbox", WIDE),
    Shot("inbox-dark", "/inbox", WIDE, "dark"),
    Shot("inbox-rtl", "/inbox", WIDE, language="he"),
    Shot("conversation", "/inbox/{Maya}", WIDE),
    Shot("conversation-narrow", "/inbox/{Maya}", NARROW),
    Shot("reference", "/docs/reference/create-a-lead", PORTAL, until="[data-recent] table"),
    Shot("reference-dark", "/docs/reference/create-a-lead", PORTAL, "dark", until="[data-recent] table"),
    Shot("requests", "/docs/requests", PORTAL, until="[data-kind=live]"),
    Shot("tokens", "/docs/tokens", PORTAL),
)
PAGES = {
    "inbox": "/inbox", "inbox-all": "/inbox?folder=all", "inbox-mine": "/inbox?folder=mine",
    "inbox-archived": "/inbox?folder=archived", "inbox-spam": "/inbox?folder=spam",
    "inbox-found": "/inbox?q=kitchen", "inbox-none": "/inbox?q=zzzz",
    "inbox-filtered": "/inbox?folder=all&source=Website",
    "attention": "/inbox/attention", "conversation": "/inbox/{Maya}", "conversation-plain": "/inbox/{Tom}",
    "conversation-hebrew": "/inbox/{Noa}", "clients": "/clients", "clients-none": "/clients?q=zzzz",
    "figures": "/figures", "agency": "/agency", "you": "/you", "welcome": "/welcome", "settings": "/settings",
    "settings-card": "/settings/card", "settings-auto-reply": "/settings/auto-reply",
    "settings-notices": "/settings/notices", "settings-team": "/settings/team", "settings-forms": "/settings/forms",
    "settings-sources": "/settings/sources", "gone": "/inbox/0m5x4kq000000000",
}  # fmt: skip
WAYS = {
    "": Shot("", "", WIDE, full=True),
    "-dark": Shot("", "", WIDE, "dark", full=True),
    "-narrow": Shot("", "", NARROW, full=True),
    "-rtl": Shot("", "", WIDE, language="he", full=True),
}


def every_page(page: Page, url: str, leads: dict[str, str]) -> Iterator[Shot]:
    """The pages above, and the card of a client with what can be reached from there."""
    found = PAGES | _of_clients(page, url)
    for suffix, way in WAYS.items():
        for name, path in found.items():
            yield replace(way, name=name + suffix, path=path).of(leads)


def _of_clients(page: Page, url: str) -> dict[str, str]:
    page.goto(f"{url}/clients?q=maya")
    cards = page.locator("a.row-link").evaluate_all("(each) => each.map((one) => one.getAttribute('href'))")
    merge = page.locator("a[href*='/merge/']").first
    for _ in range(PAIRED_WITHIN_S):
        page.goto(f"{url}/clients")
        if merge.count():
            break
        page.wait_for_timeout(1_000)
    return {"client": cards[0], "merge": str(merge.get_attribute("href"))}
