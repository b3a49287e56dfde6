"""Pages as upstream counts them: `page` from 1, `per_page` 25 and at most 100 (api.md 4.4).

The `Link` header (ours) names the next page by where this one ended, which costs the same at any depth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Meta

from leadhall.web.answers import Header
from leadhall.web.api.query import parameters
from leadhall.web.call import Call

PER_PAGE_MOST = 100
PAGE_MOST = 10_000_000


class Keyset(msgspec.Struct, kw_only=True):
    """The parameters of a list that is only paged by where the last page ended."""

    per_page: Annotated[
        int, Meta(ge=1, description=f"Items on a page, at most {PER_PAGE_MOST}; more is taken as that.")
    ] = 25
    after: Annotated[
        str | None,
        Meta(description="Continue after this uid instead of counting pages, as the Link header of a page says."),
    ] = None

    @property
    def size(self) -> int:
        return min(self.per_page, PER_PAGE_MOST)


class Paged(Keyset, kw_only=True):
    """The paging parameters of a list."""

    page: Annotated[int, Meta(ge=1, le=PAGE_MOST, description="Page, from 1.")] = 1


class Paging(msgspec.Struct):
    page: int
    per_page: int
    total: int


def next_link(call: Call, query: Keyset, uids: Sequence[str]) -> tuple[Header, ...]:
    """`Link: <…?after=…>; rel="next"` when the page was full."""
    return next_link_after(call, uids[-1] if len(uids) >= query.size else None)


def next_link_after(call: Call, after: str | None) -> tuple[Header, ...]:
    """The same by where the next page begins; none when there is none."""
    if after is None:
        return ()
    kept = {name: value for name, value in parameters(call.scope).items() if name not in ("page", "after")}
    target = f"{quote(call.scope['path'])}?{urlencode(kept | {'after': after})}"
    return ((b"link", f'<{target}>; rel="next"'.encode()),)
