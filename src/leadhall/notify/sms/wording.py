"""What our texts say. A stranger's words go in only where they can do no harm: letters, and no address. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from unicodedata import category, normalize

from leadhall.core.text import cut

NAME_MOST_CHARS = 40
TITLE_MOST_CHARS = 60
BODY_MOST_CHARS = 1600
"""The most that the provider takes as one text."""

_ADDRESS = re.compile(r"://|[^\W_]\.[^\W\d_]{2,}|\d+(?:\.\d+){3}|\bwww\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language. `stopped`, `started` and `help` answer who told us so; `{call}` is a number to ring, or nothing."""

    new_lead: str
    answer: str
    someone: str
    code: str
    stop: str
    stopped: str
    started: str
    help: str
    call: str


WORDS = {
    "en": Words(
        new_lead="New lead:",
        answer="Answer from",
        someone="Somebody",
        code="{code} is your confirmation code.",
        stop="Reply STOP to get no more texts.",
        stopped="{business}: you will get no more texts from us. Reply START to get them again.",
        started="{business}: you get our texts again. Reply STOP to get no more.",
        help="{business}: we text you about what you asked us.{call} Reply STOP to get no more texts.",
        call=" Call us: {phone}.",
    ),
    "he": Words(
        new_lead="פנייה חדשה:",
        answer="תשובה מאת",
        someone="לקוח",
        code="קוד האימות שלך הוא {code}.",
        stop="להסרה השיבו STOP.",
        stopped="{business}: לא תקבלו מאיתנו עוד הודעות. לחידוש השיבו START.",
        started="{business}: הודעותינו יגיעו אליכם שוב. להסרה השיבו STOP.",
        help="{business}: אנחנו שולחים הודעות בנוגע לפנייתכם.{call} להסרה השיבו STOP.",
        call=" טלפון: {phone}.",
    ),
    "es": Words(
        new_lead="Nuevo contacto:",
        answer="Respuesta de",
        someone="Alguien",
        code="{code} es su código de confirmación.",
        stop="Responda STOP para no recibir más.",
        stopped="{business}: no recibirá más mensajes nuestros. Responda START para volver a recibirlos.",
        started="{business}: vuelve a recibir nuestros mensajes. Responda STOP para no recibir más.",
        help="{business}: le escribimos sobre su consulta.{call} Responda STOP para no recibir más.",
        call=" Llámenos: {phone}.",
    ),
    "fr": Words(
        new_lead="Nouvelle demande :",
        answer="Réponse de",
        someone="Quelqu’un",
        code="{code} est votre code de confirmation.",
        stop="Répondez STOP pour arrêter.",
        stopped="{business} : vous ne recevrez plus nos SMS. Répondez START pour les recevoir à nouveau.",
        started="{business} : vous recevez à nouveau nos SMS. Répondez STOP pour arrêter.",
        help="{business} : nous vous écrivons au sujet de votre demande.{call} Répondez STOP pour arrêter.",
        call=" Appelez-nous : {phone}.",
    ),
    "de": Words(
        new_lead="Neue Anfrage:",
        answer="Antwort von",
        someone="Jemand",
        code="{code} ist Ihr Bestätigungscode.",
        stop="Antworten Sie STOP, um keine mehr zu erhalten.",
        stopped="{business}: Sie erhalten keine SMS mehr von uns. Mit START erhalten Sie sie wieder.",
        started="{business}: Sie erhalten unsere SMS wieder. Mit STOP erhalten Sie keine mehr.",
        help="{business}: Wir schreiben Ihnen zu Ihrer Anfrage.{call} Mit STOP erhalten Sie keine SMS mehr.",
        call=" Rufen Sie uns an: {phone}.",
    ),
}


def words_of(locale: str) -> Words:
    """The language of a locale such as `de-AT`; English for one we do not speak."""
    return WORDS.get(locale.replace("_", "-").partition("-")[0].lower(), WORDS["en"])


def owner_text(first_name: str | None, title: str, link: str, locale: str, *, is_answer: bool = False) -> str:
    """The owner's notice: who, about what, and where to read and answer it. Nothing else of the lead."""
    words = words_of(locale)
    subject = title_words(title)
    about = f"{letters(first_name or '') or words.someone}{f' – {subject}' if subject else ''}"
    return f"{words.answer if is_answer else words.new_lead} {about} {link}"


def code_text(code: str, locale: str) -> str:
    return words_of(locale).code.format(code=code)


def custom_text(sms: Mapping[str, str]) -> str:
    """A notice of an app or directory to a member of the staff; its link stands last and whole."""
    link = one_line(sms.get("deep_link", ""))
    after = f" {link}" if link else ""
    return f"{_within(sms['message_body'], BODY_MOST_CHARS - len(after))}{after}"


def reply_text(text: str, *, business: str, first: bool, locale: str) -> str:
    """An answer to a lead. The first text of a thread says whom it is from and how to end it."""
    if not first:
        return _within(text, BODY_MOST_CHARS)
    before, after = f"{one_line(business)}: ", f"\n{words_of(locale).stop}"
    return f"{before}{_within(text, BODY_MOST_CHARS - len(before) - len(after))}{after}"


def command_text(command: Literal["stop", "start", "help"], *, business: str, phone: str | None, locale: str) -> str:
    """What we answer to STOP, START and HELP, where the provider does not."""
    words = words_of(locale)
    said = {"stop": words.stopped, "start": words.started, "help": words.help}[command]
    call = words.call.format(phone=one_line(phone)) if phone else ""
    return said.format(business=one_line(business), call=call)


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
