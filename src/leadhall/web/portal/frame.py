"""What all pages of the portal share: the navigation, the reader's place in it, and the templates."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

from leadhall.web.call import Answer, Call
from leadhall.web.nearness import is_near
from leadhall.web.pages import page, templates
from leadhall.web.portal.coloured import coloured, coloured_once
from leadhall.web.portal.described import groups_of, pretty
from leadhall.web.portal.guides import guides
from leadhall.web.portal.samples import TOKEN

_CODE = re.compile(r"`([^`]+)`")

TEMPLATES = templates(__package__)
TEMPLATES.filters |= {"pretty": pretty, "coloured": coloured, "coloured_once": coloured_once}


def inline_code(text: str) -> Markup:
    """Our own sentences with `code` in back quotes: everything escaped, the quoted parts as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def with_token(code: Markup, token: str) -> Markup:
    """Coloured code with the reader's own token where it goes, if they gave one: put in last, and kept nowhere."""
    return code.replace(f"Bearer {TOKEN}", f"Bearer {token}") if token else code


TEMPLATES.filters |= {"inline_code": inline_code, "with_token": with_token}


def portal_page(call: Call, template: str, *, title: str, here: str = "", status: int = 200, **values: Any) -> Answer:
    """A page within the frame. `here` is the path that the navigation marks as the present one."""
    return page(
        call,
        TEMPLATES,
        template,
        status=status,
        title=title,
        here=here,
        groups=groups_of(call.services.table),
        guides=guides(),
        near=is_near(call.scope),
        **values,
    )


def url_of(call: Call) -> str:
    """Where this server is reached, as samples show it."""
    settings = call.services.settings
    return settings.public_url or f"http://127.0.0.1:{settings.port}"
