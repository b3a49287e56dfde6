"""The sentences of the console, found in its source; `make words` brings the catalogs up to date with it."""

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

LEADHALL = Path(__file__).parents[3] / "src" / "leadhall"
SOURCE = LEADHALL / "web" / "console"
TRACE = LEADHALL / "intake" / "explain.py"
CATALOGS = SOURCE / "words"
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {"_": None, "words": None, "N_": None, "gettext": None, "ngettext": (1, 2), "many": (1, 2)}
TRACE_KEYWORDS = {"Sentence": None, "Term": None}
KEY = re.compile(r"[a-z_]+\.[a-z_.]+")
LANGUAGES = ("de", "es", "fr", "he")


def sentences(folder=SOURCE):
    """Every msgid of the source: a sentence, or the pair of one and several."""
    found = extract_from_dir(
        str(folder), METHODS, keywords=KEYWORDS, options_map={"**.html": {"newstyle_gettext": "true"}}
    )
    return {_plain(message) for _, _, message, _, _ in found if not _is_key(message)}


def all_sentences():
    """Those of the console, and of the trace, which a room without languages makes."""
    traced = extract_from_file("python", str(TRACE), keywords=TRACE_KEYWORDS)
    return sentences() | {message for _, message, _, _ in traced}


def _is_key(message):
    """A key of the letters' words (notify/letters/words), which are asked for alike."""
    return isinstance(message, str) and KEY.fullmatch(message) is not None


def _plain(message):
    return tuple(message[:2]) if isinstance(message, tuple) else message


def catalog(language):
    with (CATALOGS / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def translated(language):
    """What a catalog says, by msgid."""
    return {each.id: each.string for each in catalog(language) if each.id}


def write(language, texts):
    """A catalog of these, in the order of the alphabet, so that two people's lines meet seldom."""
    head = (CATALOGS / f"{language}.po").read_text().partition("\n\n")[0]
    made = Catalog(locale=language)
    for msgid in sorted(all_sentences(), key=lambda each: each if isinstance(each, str) else each[0]):
        made.add(msgid, texts.get(msgid) or ("" if isinstance(msgid, str) else ("", "")))
    body = BytesIO()
    write_po(body, made, width=0, no_location=True, omit_header=True)
    (CATALOGS / f"{language}.po").write_text(f"{head}\n\n{body.getvalue().decode().strip()}\n")


def main():
    for language in LANGUAGES:
        write(language, translated(language))
        print(language, sum(not text or not all(text) for text in translated(language).values()), "to translate")  # noqa: T201


if __name__ == "__main__":
    main()
