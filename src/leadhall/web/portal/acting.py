"""For whom a person who signed in reads the portal: the business they work for, or a directory that they administer."""

from __future__ import annotations

from dataclasses import dataclass

from leadhall.core.operation import ANYBODY, ErrorCase, Operation, Reply
from leadhall.web.call import Answer, Call
from leadhall.web.cookies import set_cookie
from leadhall.web.form import local_path
from leadhall.web.portal.session import ACTING_COOKIE, LIVES_S, csrf_of, read_own_form, reader_of
from leadhall.web.signed_in import SignedIn, find_signed_in

START = "/docs/requests"


@dataclass(frozen=True)
class Place:
    """One that the person could read for; `uid` is empty for the business they work for."""

    uid: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class Acting:
    """Who reads, as the top of a page tells it."""

    name: str
    csrf: str
    by_token: bool = False
    places: tuple[Place, ...] = ()


async def acting_of(call: Call) -> Acting | None:
    """None for who has not logged in."""
    reader = await reader_of(call)
    if reader is None:
        return None
    person = None if reader.hint else await find_signed_in(call)
    if person is None:
        return Acting(f"{reader.kind} token {reader.hint}", csrf_of(call), by_token=True)
    chosen = reader.directory_id if reader.business is None else None
    return Acting(person.name, csrf_of(call), places=_places(person, chosen))


def _places(person: SignedIn, directory_id: int | None) -> tuple[Place, ...]:
    here = person.membership
    business = (Place("", here.business_name, directory_id is None),) if here else ()
    return business + tuple(Place(each.uid, each.name, each.id == directory_id) for each in person.administers)


async def read_for(call: Call) -> Answer:
    """Go on as the holder of what was chosen; what they do not administer is as if they had chosen nothing."""
    form = await read_own_form(call)
    onward = local_path(form.text("next"), START, under="/docs")
    person = await find_signed_in(call)
    known = {each.uid for each in person.administers} if person else set()
    wanted = form.text("as")
    kept, lives_s = (wanted, LIVES_S) if wanted in known else ("", 0)
    cookie = set_cookie(call, ACTING_COOKIE, kept, lives_s)
    return Answer(content=b"", status=303, headers=((b"location", onward.encode()), cookie))


OPERATIONS = (
    Operation(
        name="docs_as", title="Read for another", summary="Chooses the business or directory that a person reads for.",
        method="POST", path="/docs/as", door="portal", policy=ANYBODY, handler=read_for,
        replies=(Reply(303, None, None, "Go on.", media_type="text/html"),),
        errors=(ErrorCase(400, "unreadable", "The form did not come from our own page."),),
        secret=True, prefixed=False, tag="Portal",
    ),
)  # fmt: skip
