"""One sentence about what was just done, carried over a redirect as a word in the address."""

from __future__ import annotations

from urllib.parse import parse_qs

from leadhall.web.call import Answer, Call
from leadhall.web.console.words import N_, Words

SENTENCES = {
    "archived": N_("Archived."),
    "back": N_("Back in the inbox."),
    "spam": N_("Marked as spam."),
    "not_spam": N_("Not spam: back in the inbox."),
    "tagged": N_("Tags changed."),
    "assigned": N_("Assigned."),
    "claimed": N_("It is yours now."),
    "sent": N_("Your answer is on its way."),
    "answered": N_("Marked as answered."),
    "set_aside": N_("Set aside."),
    "unread": N_("Marked as unread."),
    "released": N_("Released: it is a lead now."),
    "joined": N_("It is part of the conversation now."),
    "dismissed": N_("Dismissed: it goes nowhere."),
    "promoted": N_("The client card has it now."),
    "drafted": N_("Draft kept."),
    "saved": N_("Saved."),
    "canned_gone": N_("The canned reply is deleted."),
    "password": N_("Your password is changed. Other sign-ins were ended."),
    "factor_off": N_("The second factor is off."),
    "ended": N_("That sign-in is over."),
    "coded": N_("A code is on its way to your phone."),
    "verified": N_("Your number is verified."),
    "wrong_code": N_("That is not the code, or it is too old."),
    "switched": N_("You work for another business now."),
    "nothing": N_("Nothing was chosen."),
    "test_lead": N_("A test lead is on its way. It appears by itself."),
    "invited": N_("The invitation is on its way."),
    "merged": N_("They are one client now."),
    "parted": N_("They are two clients again."),
    "two_people": N_("Two people: you are not asked again."),
    "erased": N_("Erased for good."),
    "removed": N_("They no longer serve this business."),
    "welcome": N_("Welcome! This is where your leads come in."),
}


def see(place: str, told: str | None = None) -> Answer:
    """Go on to a page, which says what was done."""
    path, _, query = place.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("told="))
    asked = "&".join(filter(None, (kept, f"told={told}" if told else "")))
    location = path + (f"?{asked}" if asked else "")
    return Answer(content=b"", content_type=b"text/html", status=303, headers=((b"location", location.encode()),))


def told_of(call: Call, words: Words) -> str | None:
    """The sentence that the address asks for; None for none and for words that are none of ours."""
    named = parse_qs(call.scope["query_string"].decode("latin-1")).get("told", [""])[0]
    return words(SENTENCES[named]) if named in SENTENCES else None
