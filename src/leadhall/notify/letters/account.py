"""Letters about an account: invitation, sign-in, and is-this-your-address. Each is one button. Pure."""

from __future__ import annotations

from leadhall.notify.letters.letter import Block, Button, Buttons, Fine, Letter, Paragraph
from leadhall.notify.letters.words import Words


def invitation(words: Words, *, business: str, by: str | None, url: str, until: str | None) -> Letter:
    who = by or words("invitation.somebody")
    return _one_button(
        words,
        brand=business,
        subject=words("invitation.subject", business=business),
        heading=words("invitation.heading", business=business),
        text=[words("invitation.text", by=who, business=business)],
        button=Button(words("invitation.button"), url, primary=True),
        until=until,
    )


def sign_in(words: Words, *, brand: str, url: str, until: str | None) -> Letter:
    return _one_button(
        words,
        brand=brand,
        subject=words("sign_in.subject"),
        heading=words("sign_in.heading"),
        text=[words("sign_in.text")],
        button=Button(words("sign_in.button"), url, primary=True),
        until=until,
        more=[Fine(words("not_you"))],
    )


def verify(words: Words, *, business: str, url: str, until: str | None) -> Letter:
    return _one_button(
        words,
        brand=business,
        subject=words("verify.subject", business=business),
        heading=words("verify.heading"),
        text=[words("verify.text", business=business), words("verify.waiting")],
        button=Button(words("verify.button"), url, primary=True),
        until=until,
        more=[Fine(words("not_you"))],
    )


def _one_button(
    words: Words,
    *,
    brand: str,
    subject: str,
    heading: str,
    text: list[str],
    button: Button,
    until: str | None,
    more: list[Block] | None = None,
) -> Letter:
    once = [words("once", until=until)] if until else []
    return Letter(
        words=words,
        subject=subject,
        preheader=text[0],
        brand=brand,
        heading=heading,
        blocks=[
            *map(Paragraph, text),
            Buttons([button]),
            Fine("\n".join([*once, f"{words('link_fallback')} {button.url}"])),
            *(more or []),
        ],
        footer=[words("automatic")],
    )
