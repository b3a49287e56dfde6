"""The matrix: what everybody is told about what is not theirs, and whether anything of it moved."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.web.asking import Asker, Told
from tests.world import KnownBusiness

from leadhall.core.ids import mint
from leadhall.core.operation import Operation
from leadhall.web.services import Services
from proof.isolation.ground import Ground
from proof.isolation.principals import Principal, kinds_nobody_holds, principals
from proof.isolation.shots import Name, Shot, about, rightful

_TWO = "it takes two clients, and each business of the ground has one"
_ITS_ADDRESS = "people are sent to an app's registered address alone, and the app here has none"
_NO_FACTOR = "nobody of the ground sets a second factor up, and no code of an example would be right"
NOT_BY_EXAMPLE: dict[str, str] = {
    "console_text_code": "a code was texted a moment ago, and a minute lies between two",
    "console_release": "the request of the ground made a lead, and only one that waits is released",
    "console_promote": "the lead of the ground said nothing of itself that a card could take over",
    "console_authorize_page": _ITS_ADDRESS,
    "console_authorize": _ITS_ADDRESS,
    "console_authorize_of_old_page": _ITS_ADDRESS,
    "console_authorize_of_old": _ITS_ADDRESS,
    "console_second_factor": _NO_FACTOR,
    "console_confirm_second_factor": _NO_FACTOR,
    "console_turn_second_factor_off": _NO_FACTOR,
    "give_unplaced_answer": "it keeps its uid, and each business of the ground holds an answer of that uid already",
    "merge_clients": _TWO,
    "possible_merge_master": _TWO,
    "preview_merge": _TWO,
    "dismiss_pair": _TWO,
    "console_preview_merge": _TWO,
    "console_merge_clients": _TWO,
    "console_keep_apart": _TWO,
    "console_record_consent": "it is recorded for an email, and the client of the ground has none",
}
"""Operations that no example alone gets through, and why."""
SHOWN_TO_ALL: dict[str, str] = {"show_contact_page": "a business with a form shows its page to whoever has the address"}
"""Operations that tell anybody of a business on purpose, and why; nothing of it may move all the same."""
FORM = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
ENDS_SESSIONS = frozenset(
    {"console_sign_out", "console_end_session", "console_change_password", "console_make_business"}
)
"""After these somebody is signed in no more, or works elsewhere; so they come last."""
SHOWS_WHAT_CAME = frozenset({"console_attention"})
"""It shows requests as they were sent; who sent one here with a dead token may have written any uid into it."""
FOR_ANYBODY = frozenset({"owner", "nobody"})
REFUSED_FROM, REDIRECTED_FROM, OURS_FROM = 400, 300, 500

_OF_ONE_ANSWER = re.compile(r'"request_id": ?"[^"]*"|nonce="[^"]*"|\b[a-z0-9]{16}\b(?=</code>)')
"""What differs from one answer to the next, whatever they tell."""


@dataclass
class Findings:
    """`leaks` and `unheard` say which operation, by whom, and what happened; empty when all is well."""

    asked: int = 0
    denied: int = 0
    rightful: int = 0
    leaks: list[str] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)


async def look_through(
    ask: Asker,
    ground: Ground,
    services: Services,
    operations: Iterable[Operation],
    *,
    rightful: bool,
    who: frozenset[str],
) -> Findings:
    """Everybody's denied calls on one ground; then each operation rightfully, on a ground of its own."""
    matrix = _Matrix(ask, ground, Findings(), who)
    ordered = sorted(operations, key=lambda each: each.method == "DELETE" or each.name in ENDS_SESSIONS)
    for operation in ordered:
        await matrix.deny(operation)
    await services.behind.flush()
    matrix.found.leaks += await ground.logged_elsewhere()
    if rightful:
        for operation in ordered:
            if not operation.policy.anybody:
                await matrix.let_in(operation)
    return matrix.found


class _Matrix:
    def __init__(self, ask: Asker, ground: Ground, found: Findings, who: frozenset[str]) -> None:
        self._ask = ask
        self._ground = ground
        self._who = who
        self.found = found
        self._touched = True

    def _who_asks(self, operation: Operation) -> list[Principal]:
        """Those who were asked for; what anybody may call looks at no token, so somebody with and without will do."""
        return [
            each
            for each in principals(self._ground.world)
            if each.name in (self._who & FOR_ANYBODY if operation.policy.anybody else self._who)
        ]

    async def deny(self, operation: Operation) -> None:
        """All calls of an operation that must tell nothing, principal by principal."""
        for kind in kinds_nobody_holds(operation):
            self.found.unheard.append(
                f"{operation.name}: its policy names {kind}, of which nobody in the matrix holds one: "
                "add a principal to proof/isolation/principals.py"
            )
        world = self._ground.world
        for group in _by_reach(self._who_asks(operation)):
            beyond = tuple(each for each in world.businesses if each.id not in group[0].reaches)
            before = await self._ground.marks(beyond)
            for principal in group:
                await self._deny_one(operation, principal, beyond)
            after = await self._ground.marks(beyond)
            moved = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
            if moved:
                names = " or ".join(each.name for each in group)
                self._leak(operation, names, f"changed what is not theirs: {', '.join(sorted(moved))}")

    async def _deny_one(self, operation: Operation, principal: Principal, beyond: tuple[KnownBusiness, ...]) -> None:
        if operation.name in SHOWN_TO_ALL:
            own, foreign = self._ground.name(principal.own), self._ground.name(beyond[-1])
            await self._fire(list(about(operation, own, foreign)), principal)
            return
        if operation.policy.anybody or principal.may(operation.policy):
            await self._compare(operation, principal, beyond)
            return
        own = self._ground.name(principal.own)
        shots = [*rightful(operation, own)[:1], *about(operation, own, self._ground.name(beyond[-1]))]
        for shot, told in await self._fire(shots, principal):
            if told.status < REFUSED_FROM or not _documented(operation, told.status):
                self._leak(operation, principal.name, f"is answered {told.status} ({shot.place})")
            self._look_for_telltales(operation, principal, self._ground.world.businesses, told, shot)

    async def _compare(self, operation: Operation, principal: Principal, beyond: tuple[KnownBusiness, ...]) -> None:
        """Foreign must read like missing, in every place."""
        own = self._ground.name(principal.own)
        missing = await self._fire(list(about(operation, own, Name(mint()))), principal)
        for business in beyond:
            foreign = await self._fire(list(about(operation, own, self._ground.name(business))), principal)
            for (other, theirs), (shot, told) in zip(missing, foreign, strict=True):
                done_below = REFUSED_FROM if other.is_form else REDIRECTED_FROM
                if operation.method != "GET" and theirs.status < done_below:
                    continue  # the place is not looked at: something of the caller's own was done, and may not be again
                if _told(told, shot.about) != _told(theirs, other.about):
                    words = f"{shot.place}: missing {_told(theirs, other.about)}, foreign {_told(told, shot.about)}"
                    self._leak(operation, principal.name, f"can tell foreign from missing by {words}"[:600])
            for shot, told in foreign:
                self._look_for_telltales(operation, principal, beyond, told, shot)

    async def let_in(self, operation: Operation) -> None:
        """At least one of those who may is answered well by one of the examples, and is told nothing of others."""
        if operation.name in NOT_BY_EXAMPLE:
            return
        if self._touched:
            await self._ground.lay()
        self._touched = operation.method != "GET"
        refused: list[str] = []
        for principal in principals(self._ground.world):
            if not principal.may(operation.policy):
                continue
            beyond = tuple(each for each in self._ground.world.businesses if each.id not in principal.reaches)
            for shot, told in await self._fire(rightful(operation, self._ground.name(principal.own)), principal):
                self._look_for_telltales(operation, principal, beyond, told, shot)
                if told.status < REFUSED_FROM:
                    self.found.rightful += 1
                    return
                refused.append(f"{principal.name} {told.status} {told.content[:200].decode(errors='replace')}")
        self.found.unheard.append(
            f"{operation.method} {operation.path} ({operation.name}): no example of its row gets through. Give it an "
            "Example that a business with one of everything (tests/schema/one_of_each.sql) could send; uids in it "
            f"become that business's own. {'; '.join(refused) or 'Nobody in the matrix may call it'}"
        )

    async def _fire(self, shots: list[Shot], principal: Principal) -> list[tuple[Shot, Told]]:
        return [(shot, await self._one(shot, principal)) for shot in shots]

    async def _one(self, shot: Shot, principal: Principal) -> Told:
        self.found.asked += 1
        headers = principal.headers() | shot.headers
        if shot.is_form:
            fields = [*(shot.body or {}).items(), ("csrf", principal.csrf)]
            told = await self._ask(
                shot.method, shot.url, headers=headers | FORM, body=urlencode(fields, doseq=True).encode()
            )
        else:
            told = await self._ask(shot.method, shot.url, headers=headers, json=shot.body)
        self.found.denied += told.status >= REFUSED_FROM
        if told.status >= OURS_FROM:
            self.found.leaks.append(f"{shot.method} {shot.url} by {principal.name} is answered {told.status}")
        return told

    def _look_for_telltales(
        self, operation: Operation, principal: Principal, beyond: tuple[KnownBusiness, ...], told: Told, shot: Shot
    ) -> None:
        text = told.content.decode(errors="replace") + repr(told.headers)
        for business in beyond:
            for telltale in self._ground.telltales(business):
                was_sent = operation.name in SHOWS_WHAT_CAME and telltale == business.uid
                if telltale in text and telltale not in (shot.about, principal.own.uid) and not was_sent:
                    self._leak(operation, principal.name, f"reads {telltale} ({shot.place}, {told.status})")

    def _leak(self, operation: Operation, who: str, words: str) -> None:
        self.found.leaks.append(f"{operation.method} {operation.path} ({operation.name}): {who} {words}")


def _by_reach(all_: list[Principal]) -> list[list[Principal]]:
    groups: dict[frozenset[int], list[Principal]] = {}
    for each in all_:
        groups.setdefault(each.reaches, []).append(each)
    return list(groups.values())


def _documented(operation: Operation, status: int) -> bool:
    return status in {each.status for each in (*operation.errors, *operation.replies)}


def _told(told: Told, given: Name) -> tuple[int, str]:
    """An answer without what differs from one request to the next: its id, and the uid that was asked about."""
    if told.status < REDIRECTED_FROM:
        return told.status, ""
    return told.status, _OF_ONE_ANSWER.sub("", told.content.decode(errors="replace").replace(given, "UID"))
