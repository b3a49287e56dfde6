"""Letters about what fails: a webhook, a dead token. Pure."""

from __future__ import annotations

from typing import Any

from leadhall.notify.letters.facts import BusinessFacts
from leadhall.notify.letters.letter import Letter, Paragraph, Row, Rows
from leadhall.notify.letters.words import Words

DAYS = 5


def endpoint_off(words: Words, business: BusinessFacts, facts: dict[str, Any]) -> Letter:
    """`facts`: url, days, gone (it said 410), answer."""
    url = str(facts.get("url", ""))
    gone = bool(facts.get("gone"))
    text = words("endpoint_off.gone" if gone else "endpoint_off.text", url=url, days=facts.get("days", DAYS))
    return _letter(words, business, "endpoint_off", text, facts, url=url)


def endpoint_failing(words: Words, business: BusinessFacts, facts: dict[str, Any]) -> Letter:
    """`facts`: url, since, answer."""
    url = str(facts.get("url", ""))
    text = words("endpoint_failing.text", url=url, since=facts.get("since", "?"))
    return _letter(words, business, "endpoint_failing", text, facts, url=url)


def dead_token(words: Words, business: BusinessFacts, facts: dict[str, Any]) -> Letter:
    """`facts`: token_uid, label."""
    text = words("dead_token.text", business=business.name)
    rows = [Row(words("dead_token.token"), str(value)) for name in ("label", "token_uid") if (value := facts.get(name))]
    return _letter(words, business, "dead_token", text, {}, rows=rows)


def _letter(
    words: Words,
    business: BusinessFacts,
    kind: str,
    text: str,
    facts: dict[str, Any],
    *,
    url: str = "",
    rows: list[Row] | None = None,
) -> Letter:
    answer = str(facts.get("answer") or "")
    rows = [*(rows or []), *([Row(words("endpoint_failing.answer"), answer)] if answer else [])]
    return Letter(
        words=words,
        subject=words(f"{kind}.subject", url=url, business=business.name),
        preheader=text,
        brand=business.name,
        heading=words(f"{kind}.heading"),
        blocks=[Paragraph(text), *([Rows(business.name, rows)] if rows else [])],
        footer=[words("team_footer", business=business.name)],
    )
