"""What our texts say. A stranger's words go in only where they can do no harm: letters, and no address. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import category, normalize

from leadhall.core.text import cut

NAME_MOST_CHARS = 40
TITLE_MOST_CHARS = 60
BODY_MOST_CHARS = 1600
"""The most that the provider takes as one text."""

_ADDRESS = re.compile(r"://|[^\W_]\.[^\W\d_]{2,}|\d+(?:\.\d+){3}|\bwww\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    new_lead: str
    someone: str
    code: str
    stop: str


WORDS = {
    "en": Words("New lead:", "Somebody", "{code} is your confirmation code.", "Reply STOP to get no more texts."),
    "he": Words("פנייה חדשה:", "לקוח", "קוד האימות שלך הוא {code}.", "להסרה השיבו STOP."),
    "es": Words(
        "Nuevo contacto:", "Alguien", "{code} es su código de confirmación.", "Responda STOP para no recibir más."
    ),
    "fr": Words(
        "Nouvelle demande :", "Quelqu’un", "{code} est votre code de confirmation.", "Répondez STOP pour arrêter."
    ),
    "de": Words(
        "Neue Anfrage:", "Jemand", "{code} ist Ihr Bestätigungscode.", "Antworten Sie STOP, um keine mehr zu erhalten."
    ),
}


def words_of(locale: str) -> Words:
    """The language of a locale such as `de-AT`; English for one we do not speak."""
    return WORDS.get(locale.replace("_", "-").partition("-")[0].lower(), WORDS["en"])


def owner_text(first_name: str | None, title: str, link: str, locale: str) -> str:
    """The owner's notice: who, about what, and where to read and answer it. Nothing else of the lead."""
    words = words_of(locale)
    subject = title_words(title)
    about = f"{letters(first_name or '') or words.someone}{f' – {subject}' if subject else ''}"
    return f"{words.new_lead} {about} {link}"


def code_text(code: str, locale: str) -> str:
    return words_of(locale).code.format(code=code)


def reply_text(text: str, *, business: str, first: bool, locale: str) -> str:
    """An answer to a lead. The first text of a thread says whom it is from and how to end it."""
    if not first:
        return _within(text, BODY_MOST_CHARS)
    before, after = f"{one_line(business)}: ", f"\n{words_of(locale).stop}"
    return f"{before}{_within(text, BODY_MOST_CHARS - len(before) - len(after))}{after}"


def letters(name: str) -> str:
    """The letters of a name, at most 40, one blank between its parts: `Dana2 http://x` becomes `Dana httpx`."""
    kept = "".join(each if category(each)[0] in "LM" else " " if each.isspace() else "" for each in name)
    return cut(" ".join(kept.split()), NAME_MOST_CHARS)[0].strip()


def title_words(title: str) -> str:
    """At most 60 characters of a title, without any word that a telephone would make a link of."""
    plain = one_line(title)
    words = (word for word in plain.split(" ") if not _ADDRESS.search(word))
    return cut(" ".join(words), TITLE_MOST_CHARS)[0].strip()


def one_line(text: str) -> str:
    """As it looks (a full-width dot is a dot), without anything that cannot be seen."""
    seen = (
        each for each in normalize("NFKC", text) if category(each) not in {"Cf", "Cc", "Co", "Cs"} or each in "\t\n"
    )
    return " ".join("".join(seen).split())


def _within(text: str, most_chars: int) -> str:
    short, was_cut = cut(text, most_chars - 1)
    return f"{short}…" if was_cut and len(text) > most_chars else text
