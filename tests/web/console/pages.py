"""Every page of the console with an address at which there is something to see: for tests that walk them all."""

from __future__ import annotations

from dataclasses import dataclass

from leadhall.web.console import DOOR

NO_PAGES = {
    "console_live": "a stream",
    "console_export_client": "a file",
    "console_manifest": "a file",
    "console_authorize_of_old_page": "the same page at an older address",
}
ELSEWHERE = {
    "console_code_page": "for who is half in: test_second_factor.py",
    "console_second_factor": "while one is set up: test_second_factor.py",
}
"""Pages that are there at certain moments only, and the test that looks at them then."""
OUTSIDE = ("console_sign_in_page", "console_entry_link")
"""For who has not come in."""


@dataclass(frozen=True)
class Seen:
    """What the pages show."""

    conversation: str
    client: str
    other: str
    link: str
    client_id: str
    redirect_uri: str


def addresses(seen: Seen) -> dict[str, list[str]]:
    """By operation; a page with several faces has several."""
    card = f"/clients/{seen.client}"
    granting = f"client_id={seen.client_id}&redirect_uri={seen.redirect_uri}&response_type=code"
    return {
        "console_sign_in_page": ["/sign-in"],
        "console_entry_link": [seen.link],
        "console_welcome": ["/welcome"],
        "console_inbox": ["/inbox", "/inbox?folder=mine", "/inbox?q=uma"],
        "console_attention": ["/inbox/attention"],
        "console_conversation": [f"/inbox/{seen.conversation}"],
        "console_clients": ["/clients"],
        "console_client": [card],
        "console_preview_merge": [f"{card}/merge/{seen.other}"],
        "console_figures": ["/figures"],
        "console_agency": ["/agency"],
        "console_you": ["/you?code=1"],
        "console_authorize_page": [f"/oauth/authorize?{granting}"],
        "console_settings": ["/settings"],
        "console_card_fields": ["/settings/card"],
        "console_auto_reply": ["/settings/auto-reply"],
        "console_notices": ["/settings/notices"],
        "console_team": ["/settings/team"],
        "console_forms": ["/settings/forms"],
        "console_sources": ["/settings/sources"],
    }


def pages_of_the_table() -> set[str]:
    """The operations that show a page, off the table itself."""
    return {each.name for rows in DOOR for each in rows if each.method == "GET"} - NO_PAGES.keys() - ELSEWHERE.keys()
