"""The way out to webhooks: one signed POST a try, and what came of it (reliability.md P5, docs/howto/webhooks.md)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import asyncpg

from leadhall import __version__
from leadhall.core.guard import BadUrl, Guard
from leadhall.core.loader import Loader
from leadhall.core.secrets import InstanceKey
from leadhall.core.sql import statements
from leadhall.events.delivery import Delivery
from leadhall.events.outcome import Later, Never, Outcome, Sent, Skipped
from leadhall.settings import Settings
from leadhall.tenancy.memory import ShortMemory
from leadhall.webhooks.health import note_failure, note_recovery
from leadhall.webhooks.signing import PURPOSE, key_of, signed_headers

if TYPE_CHECKING:
    from leadhall.core.outbound import Answered, Outbound

SQL = statements(__package__, "deliver.sql")

KEPT_OF_ANSWER_BYTES = 1024
RETRY_AFTER_MOST_S = 86_400.0
GONE, TOO_MANY, UNAVAILABLE = 410, 429, 503
TEST = "webhook_test"
"""The kind of a delivery that somebody asked for to see one: its endpoint need not have subscribed to its event."""


@dataclass(frozen=True, slots=True)
class Target:
    """An endpoint as a delivery finds it."""

    url: str
    is_off: bool
    is_failing: bool
    events: frozenset[str]
    keys: tuple[bytes, ...]


class WebhookChannel:
    """Never raises for what receivers do. A receiver's own 2xx is the evidence that it arrived."""

    name = "webhook"

    def __init__(self, pool: asyncpg.Pool, key: InstanceKey, settings: Settings) -> None:
        self._pool = pool
        self._key = key
        self._guard = Guard(settings.webhook_allow)
        self._outbound: Outbound | None = None
        self._targets: ShortMemory[int, Target | None] = ShortMemory()
        self._loader = Loader(self._read_all)

    async def deliver(self, delivery: Delivery) -> Outcome:
        """One try of one delivery, over a connection that is kept for the next."""
        endpoint_id = delivery.endpoint_id or 0
        target = await self._targets.recall(endpoint_id, self._loader.ask, endpoint_id)
        if reason := _why_not(target, delivery):
            return Skipped(reason=reason)
        assert target is not None
        outcome, answer = await self._post(target, delivery)
        if isinstance(outcome, Sent):
            if target.is_failing:
                await note_recovery(self._pool, endpoint_id)
        else:
            await note_failure(self._pool, endpoint_id, answer, gone=isinstance(outcome, Never))
            self._targets.forget(endpoint_id)
        return outcome

    async def _read_all(self, endpoint_ids: Sequence[int]) -> dict[int, Target]:
        rows = await self._pool.fetch(SQL["endpoints"], endpoint_ids)
        return {row["id"]: self._target(row) for row in rows}

    def _target(self, row: asyncpg.Record) -> Target:
        keys = tuple(key_of(self._key.decrypt(sealed, purpose=PURPOSE)) for sealed in row["sealed"])
        return Target(row["url"], row["is_off"], row["is_failing"], frozenset(row["events"]), keys)

    async def _post(self, target: Target, delivery: Delivery) -> tuple[Outcome, str]:
        """What came of it, and the words that are kept."""
        import aiohttp  # noqa: PLC0415 - slow to load, and not every installation has webhooks

        body = str(delivery.payload["body"]).encode()
        headers = signed_headers(target.keys, delivery.dedupe, int(time.time()), body)
        try:
            answered = await self._out().post(target.url, body, headers | {"Content-Type": "application/json"})
        except TimeoutError:
            return _later("No answer within 15 seconds, or no connection within 5")
        except BadUrl as fault:
            return _later(f"The URL {fault}")
        except (aiohttp.ClientError, OSError, ValueError) as fault:
            return _later(str(fault) or type(fault).__name__)
        return judge(answered)

    def _out(self) -> Outbound:
        """Made when first needed, because it belongs to the loop that runs."""
        if self._outbound is None:
            from leadhall.core.outbound import Outbound  # noqa: PLC0415 - as above

            self._outbound = Outbound(self._guard, user_agent=f"Leadhall/{__version__}")
        return self._outbound

    async def close(self) -> None:
        if self._outbound is not None:
            await self._outbound.close()


def _why_not(target: Target | None, delivery: Delivery) -> str | None:
    """Why nothing is sent although it was meant to be: the endpoint is gone, off, or no longer wants this."""
    if target is None:
        return "unsubscribed"
    if target.is_off:
        return "endpoint_off"
    if delivery.kind != TEST and delivery.payload.get("event") not in target.events:
        return "unsubscribed"
    return None


def _later(words: str) -> tuple[Outcome, str]:
    kept = words.replace("\x00", "")[:KEPT_OF_ANSWER_BYTES]
    return Later(answer=kept), kept


def judge(answered: Answered) -> tuple[Outcome, str]:
    """The outcome of an answer, and its words: any 2xx is a yes, 410 a last no, all else asks for another try."""
    kept = words_of(answered)
    if 200 <= answered.status < 300:  # noqa: PLR2004 - what success is in HTTP
        return Sent(answer=kept, delivered=True, facts={"status": answered.status}), kept
    if answered.status == GONE:
        return Never(answer=kept), kept
    after_s = None
    if answered.status in (TOO_MANY, UNAVAILABLE):
        after_s = retry_after_s(answered.headers.get("Retry-After"), datetime.now(UTC))
    return Later(answer=kept, after_s=after_s, fault_of="provider" if answered.status == TOO_MANY else "message"), kept


def words_of(answered: Answered) -> str:
    """The status and the first KiB of the body, for the endpoint's owner to read."""
    text = answered.body[:KEPT_OF_ANSWER_BYTES].decode("utf-8", "replace").replace("\x00", "")
    return f"{answered.status} {text}".rstrip()


def retry_after_s(given: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header, in seconds or as a date, at most a day; None when it says nothing."""
    if given is None:
        return None
    text = given.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), RETRY_AFTER_MOST_S)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), RETRY_AFTER_MOST_S)
