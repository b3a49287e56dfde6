"""Leads sent to the doors of two servers that share a database: replays, reused keys, repeats, revoked tokens."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from hypothesis import strategies as st
from tests.intake.sequences import EMAILS, IDS, MOST_STEPS, as_sent, expected, leads_of, stored
from tests.web.asking import Asker, Told

from leadhall.app import Application
from leadhall.core.db import Database
from leadhall.core.ids import mint
from leadhall.core.logs import configure_logs
from leadhall.core.secrets import InstanceKey
from leadhall.settings import Settings
from leadhall.tenancy.businesses import NewBusiness, create_business
from leadhall.tenancy.directories import create_directory
from leadhall.tenancy.tokens import Grant, create_token
from proof.equivalence.rules import SCOPES, Request, Rules, Wanted
from proof.equivalence.searching import Way

PATH = "/platform/v1/leadgen"
DOOR = st.sampled_from([0, 1])
PLACE = st.integers(0, MOST_STEPS)
# A lead; the same request again; its key for another lead; the token's end. A door of 2 is both at once.
LEAD = st.tuples(
    st.just("lead"),
    leads_of(EMAILS, IDS).map(as_sent),
    st.sampled_from([*SCOPES, "whole"]),
    st.booleans(),
    st.sampled_from([0, 1, 2]),
    st.sampled_from([True, True, True, False]),
)
AGAIN = st.tuples(st.just("again"), PLACE, st.sampled_from([0, 1, 2]))
REUSE = st.tuples(st.just("reuse"), PLACE, DOOR)
REVOKE = st.tuples(st.just("revoke"), leads_of(EMAILS, IDS).map(as_sent))
STEP = st.one_of(*[LEAD] * 5, *[AGAIN] * 3, REUSE, REVOKE)


class TwoDoors(Way):
    """Two applications in one loop, each with its own memory, queue and connections, as two processes have."""

    sequences = st.one_of(
        st.lists(STEP, min_size=1, max_size=MOST_STEPS), st.lists(STEP, min_size=MOST_STEPS // 2, max_size=MOST_STEPS)
    )
    remembers_s = 0.0
    """A second passes quickly here: tokens are looked up each time."""

    async def open(self) -> None:
        configure_logs("error", as_json=False)
        database = Database(self.login)
        self.stack = AsyncExitStack()
        settings = Settings(rate_per_s=0, allow_unsafe_durability=True, dispatch=False)
        self.doors = []
        for _ in range(2):
            application = Application(settings, database, InstanceKey(b"the key of the proofs"))
            services = await self.stack.enter_async_context(application.running())
            services.doorkeeper._memory._keep_s = self.remembers_s  # noqa: SLF001 - time is not ours to wait for
            self.doors.append(Asker(application))
        self.owner = await database.connect("owner")
        self.directory = (await create_directory(self.owner, "Proof")).id
        self.tokens = {who: await self._token(who) for who in SCOPES}

    async def close(self) -> None:
        await self.owner.close(timeout=1)
        await self.stack.aclose()

    async def come(self, drawn: list[tuple[Any, ...]]) -> None:
        business = await create_business(self.owner, self.directory, NewBusiness(name=mint()))
        self.tokens["doomed"] = await self._token("doomed")
        sequence = _Sequence(self, business.uid)
        for step in drawn:
            await sequence.take(*step)
            self.steps += 1
        found, wanted = await stored(self.owner, business.id), expected(sequence.rules.model)
        assert found == wanted, f"\nstored {found}\nwanted {wanted}\n"

    async def revoke(self, who: str) -> None:
        await self.owner.execute("update token set revoked_at = now() where uid = $1", self.tokens[who].uid)

    async def send(self, business: str, request: Request, door: int) -> Told:
        headers = {"x-on-behalf-of": business} | ({"idempotency-key": request.key} if request.key else {})
        return await self.doors[door].post(
            PATH, token=self.tokens[request.who].secret, json=request.sent, headers=headers
        )

    async def _token(self, who: str) -> Any:
        return await create_token(self.owner, Grant(kind="directory", directory_id=self.directory, scopes=SCOPES[who]))


class _Sequence:
    """One sequence as it goes: what was sent, what was told first, and which client is which."""

    def __init__(self, way: TwoDoors, business: str) -> None:
        self.rules = Rules()
        self._way = way
        self._business = business
        self._requests: list[Request] = []
        self._told: dict[str, dict[str, Any]] = {}
        self._uids: dict[int, str] = {}

    async def take(self, kind: str, *more: Any) -> None:
        await getattr(self, f"_{kind}")(*more)

    async def _lead(self, lead: tuple[dict[str, Any], bool], who: str, keyed: bool, door: int, named: bool) -> None:
        sent, number = dict(lead[0]), len(self._requests)
        if not named:
            del sent["first_name"]
        request = Request(who, sent | {"request_title": f"Lead {number}"}, f"key {number}" if keyed else None)
        self._requests.append(request)
        await self._send(request, door)

    async def _again(self, place: int, door: int) -> None:
        if self._requests:
            await self._send(self._requests[place % len(self._requests)], door)

    async def _reuse(self, place: int, door: int) -> None:
        keyed = [request for request in self._requests if request.key]
        if keyed:
            first = keyed[place % len(keyed)]
            other = {**first.sent, "first_name": "Ruth", "request_title": f"{first.title} reused"}
            await self._send(Request(first.who, other, first.key), door)

    async def _revoke(self, lead: tuple[dict[str, Any], bool]) -> None:
        """Used at both doors just before, and just after."""
        await self._lead(lead, "doomed", keyed=False, door=2, named=True)
        await self._way.revoke("doomed")
        self.rules.revoked.add("doomed")
        await self._send(self._requests[-1], 2)

    async def _send(self, request: Request, door: int) -> None:
        """To one door, or to both at once: then one of them is the first and the other comes again."""
        doors = [door] if door < 2 else [0, 1]
        answers = await asyncio.gather(*(self._way.send(self._business, request, each) for each in doors))
        wanted = [self.rules.come(request) for _ in answers]
        if len(answers) == 2:
            self._way.saw("sent to both at once")
            answers.sort(key=_is_again)
        for told, want in zip(answers, wanted, strict=True):
            self._compare(request, told, want)

    def _compare(self, request: Request, told: Told, want: Wanted) -> None:
        assert told.status == want.status, f"{request}: {told.status} {told.content!r}, wanted {want}"
        self._way.saw(f"{want.status}{' again' if want.first else ''}")
        if want.status != 201:
            return
        told_ids = {name: told.json[name] for name in ("uid", "conversation_uid", "message_uid", "request_id")}
        assert _is_again(told) == (want.first is not None), f"{request}: {told.headers} {told.content!r}, wanted {want}"
        assert self._told.setdefault(_scope(request), told_ids) == told_ids, f"{request}: {told.content!r}"
        assert self._uids.setdefault(want.client or 0, told_ids["uid"]) == told_ids["uid"], f"{request}: {want}"
        reads = "clients:read" in SCOPES[request.who]
        assert told.json["created"] == (want.made if reads else None), f"{request}: {told.content!r}, wanted {want}"


def _scope(request: Request) -> str:
    return f"{request.who} {request.title}"


def _is_again(told: Told) -> bool:
    """Under a key it is said by a header, else by a warning."""
    if told.status != 201:
        return False
    return told.header("idempotent-replayed") == "true" or "folded_repeat" in {w["code"] for w in told.json["warnings"]}
