"""What a person wrote in a reply, without the mail that they answered. Pure.

When in doubt the text stays: too much is read over, too little is lost.
"""

from __future__ import annotations

import re

_WROTE = re.compile(
    r"^[\W]{0,5}(On|Le|El|Am|Il|Op|W dniu|בתאריך|ב-)\b.{0,300}"
    r"(wrote|a écrit|escribió|schrieb|ha scritto|schreef|napisał|כתב(ה|/ה)?).{0,120}:\W{0,3}$"
)
_ORIGINAL = re.compile(
    r"^\W*(Original Message|Forwarded message|Ursprüngliche Nachricht|Message d['’]origine|Mensaje original"
    r"|הודעה מקורית|Message transféré)\W*$",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\W{0,3}(From|Von|De|מאת|Sent|Gesendet|Envoyé|Enviado|נשלח|Date|Datum|Fecha|תאריך|To|An|À|Para|אל|Subject|Betreff"
    r"|Objet|Asunto|נושא)\s{0,2}:",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"^(Sent from my|Von meinem .{1,40} gesendet|Envoyé de mon|Enviado desde mi|נשלח מה|Get Outlook for)\b.{0,60}$",
    re.IGNORECASE,
)
HEADER_LINES = 3
WROTE_LINES = 3
SIGNATURE_MOST_LINES = 12


def own_words(text: str) -> str:
    """The text without quotes, signature and what the device adds; the whole text when nothing else would be left."""
    lines = text.split("\n")
    kept = _without_tail(_before_original(lines))
    unquoted = "\n".join(line for line in kept if not line.lstrip().startswith(">")).strip()
    return unquoted or text.strip()


def _before_original(lines: list[str]) -> list[str]:
    """Lines up to the mail that is answered. Where answers stand between quoted lines, only the quotes go (later)."""
    for place in range(len(lines)):
        length = _attribution(lines, place)
        if length:
            after = [line for line in lines[place + length :] if line.strip()]
            between = after and after[0].lstrip().startswith(">")
            return lines[:place] + (lines[place + length :] if between else [])
        if _ORIGINAL.match(lines[place]) or _is_header_block(lines, place):
            return lines[:place]
    return lines


def _attribution(lines: list[str], place: int) -> int:
    """How many lines say `On … wrote:` here, as mail programs wrap it; 0 for none."""
    if not lines[place].strip():
        return 0
    for length in range(1, WROTE_LINES + 1):
        if _WROTE.match(" ".join(line.strip() for line in lines[place : place + length])[:500]):
            return length
    return 0


def _is_header_block(lines: list[str], place: int) -> bool:
    """Outlook's way: From, Sent, To one below the other."""
    block = lines[place : place + HEADER_LINES]
    return len(block) == HEADER_LINES and all(_HEADER.match(line) for line in block)


def _without_tail(lines: list[str]) -> list[str]:
    """Without a signature below `-- `, and without the line in which a telephone names itself."""
    for place in range(max(0, len(lines) - SIGNATURE_MOST_LINES), len(lines)):
        if lines[place].rstrip("\r") in {"-- ", "--"}:
            lines = lines[:place]
            break
    while lines and (not lines[-1].strip() or _DEVICE.match(lines[-1].strip()) or lines[-1].strip("_- ") == ""):
        lines = lines[:-1]
    return lines
