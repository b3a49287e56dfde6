"""What makes an answered form look like a machine's work. It is held for its owner to see, never dropped. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leadhall.forms.answers import Posted
from leadhall.forms.keys import LiveForm
from leadhall.forms.stamp import FORGED

LEAST_FILL_S = 2.0
LINKS_MOST = 2
_LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)


def suspicions(form: LiveForm, posted: Posted) -> list[str]:
    """Every reason to hold it, in words for its owner; none lets it through."""
    return [*_of_the_sender(form, posted), *_of_the_words(posted)]


def _of_the_sender(form: LiveForm, posted: Posted) -> Iterator[str]:
    if posted.trap:
        yield "A field that people do not see was filled in"
    if posted.filled_for_s == FORGED:
        yield "The mark of when the form was opened is not ours"
    elif isinstance(posted.filled_for_s, float) and posted.filled_for_s < LEAST_FILL_S:
        yield f"It was filled in within {max(posted.filled_for_s, 0):.1f} seconds"
    if form.origins and not posted.is_ours and posted.origin not in form.origins:
        yield f"It came from {posted.origin or 'no page'}, which is not one of the form's"


def _of_the_words(posted: Posted) -> Iterator[str]:
    submission = posted.submission
    if any(_LINK.search(name or "") for name in (submission.first_name, submission.last_name)):
        yield "The name holds a link"
    links = sum(len(_LINK.findall(text)) for _, text in (*submission.message_data, *submission.request_data))
    if links > LINKS_MOST:
        yield f"The message holds {links} links"
