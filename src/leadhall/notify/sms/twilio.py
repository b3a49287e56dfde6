"""Twilio's REST API, as far as it sends texts: one form post, basic auth, JSON back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from leadhall.events.outcome import Later, Never, Outcome, Sent
from leadhall.notify.senders import SmsSender
from leadhall.notify.sms.codes import Fault, fault_of
from leadhall.notify.sms.provider import Text

if TYPE_CHECKING:
    import aiohttp

API = "/2010-04-01/Accounts"
WITHIN_S = 15.0
ANSWER_MOST_BYTES = 64 * 1024
ANSWER_KEPT_CHARS = 300
RETRY_AFTER_MOST_S = 24 * 3600.0
TOO_MANY = 429
REFUSES_US = frozenset({401, 403, 404})  # 404 on this path: no such account
CREATED, REFUSED_FROM, BROKEN_FROM = (200, 201), 400, 500
REFUSED_AT_ONCE = frozenset({"failed", "undelivered", "canceled"})


class Twilio:
    """A provider. One session for all texts, made when the first goes."""

    def __init__(self, *, within_s: float = WITHIN_S) -> None:
        self._within_s = within_s
        self._session: aiohttp.ClientSession | None = None

    async def send(self, sender: SmsSender, text: Text) -> Outcome:
        """Hand one text over. A provider that hangs or is away is tried again later."""
        return await self._ask("POST", sender, "/Messages.json", form_of(sender, text))

    async def greet(self, sender: SmsSender) -> Outcome:
        """Ask for the account alone: Sent when it lets us in."""
        return await self._ask("GET", sender, ".json", None)

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _ask(self, method: str, sender: SmsSender, path: str, form: dict[str, str] | None) -> Outcome:
        import aiohttp  # noqa: PLC0415 - slow to load, and many send no texts

        try:
            return await self._request(method, sender, path, form)
        except TimeoutError:
            return Later(answer=f"the provider did not answer within {self._within_s:g} s")
        except aiohttp.ClientConnectionError as fault:
            return Later(answer=f"the provider cannot be reached: {type(fault).__name__}", fault_of="provider")
        except aiohttp.ClientError as fault:
            return Later(answer=f"the provider's answer cannot be read: {type(fault).__name__}")

    async def _request(self, method: str, sender: SmsSender, path: str, form: dict[str, str] | None) -> Outcome:
        import aiohttp  # noqa: PLC0415 - as above

        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._within_s))
        async with self._session.request(
            method,
            f"{sender.url}{API}/{sender.account_sid}{path}",
            data=form,
            headers={"Authorization": aiohttp.encode_basic_auth(sender.account_sid, sender.auth_token)},
            allow_redirects=False,
        ) as answer:
            return outcome_of(answer.status, answer.headers, await _bounded(answer))


def form_of(sender: SmsSender, text: Text) -> dict[str, str]:
    """The fields of the post; a Messaging Service picks its own number."""
    by = (
        {"MessagingServiceSid": sender.messaging_service} if sender.messaging_service else {"From": sender.number or ""}
    )
    report = {"StatusCallback": text.report_to} if text.report_to else {}
    return {"To": text.to, "Body": text.body, **by, **report}


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    """At most 64 KiB of the answer; who sends more is not the provider we know."""
    pieces = bytearray()
    async for piece in answer.content.iter_chunked(8192):
        pieces += piece
        if len(pieces) > ANSWER_MOST_BYTES:
            answer.close()
            break
    return bytes(pieces[:ANSWER_MOST_BYTES])


def outcome_of(status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    """What an answer means. Its words are kept, cut, for the delivery log."""
    told = _json(body)
    if status in CREATED and isinstance(told.get("sid"), str):
        return _taken(told)
    code = _code(told.get("code"))
    words = _words(status, code, told, body)
    if status == TOO_MANY or fault_of(code) == "provider":
        return Later(answer=words, after_s=retry_after(headers), fault_of="provider")
    if status >= BROKEN_FROM or status < REFUSED_FROM:
        return Later(answer=words, after_s=retry_after(headers))
    fault: Fault = "sender" if status in REFUSES_US and fault_of(code) == "message" else fault_of(code)
    return refused(fault, words, code)


def _taken(told: Mapping[str, Any]) -> Outcome:
    """Taken, though a text may be refused in the very answer that creates it."""
    code, state = _code(told.get("error_code")), str(told.get("status", ""))
    if state in REFUSED_AT_ONCE:
        return refused(fault_of(code), f"{state}: {code or ''} {told.get('error_message') or ''}".strip(), code)
    return Sent(answer=f"{state} {told['sid']}"[:ANSWER_KEPT_CHARS], facts={"provider_uid": told["sid"]})


def refused(fault: Fault, words: str, code: int | None) -> Outcome:
    """A clear no, by who is at fault. What the account did wrong is tried again, once an operator had a look."""
    match fault:
        case "stopped" | "number":
            return Never(answer=words, fault_of="recipient")
        case "sender":
            return Later(answer=words, fault_of="sender")
        case "provider":
            return Later(answer=words, fault_of="provider")
        case _:
            return Never(answer=words or f"refused with code {code}")


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _code(told: Any) -> int | None:
    return int(told) if isinstance(told, int | str) and str(told).isascii() and str(told).isdigit() else None


def _words(status: int, code: int | None, told: Mapping[str, Any], body: bytes) -> str:
    """`400 21211: The 'To' number … is not a valid phone number.`, or the start of what came instead."""
    said = told.get("message")
    words = said if isinstance(said, str) else body[:ANSWER_KEPT_CHARS].decode(errors="replace")
    return f"{status}{f' {code}' if code else ''}: {' '.join(words.split())}"[:ANSWER_KEPT_CHARS]


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the other side asks for, at most a day; None when it does not say so in seconds."""
    told = headers.get("Retry-After", "").strip()
    return min(float(told), RETRY_AFTER_MOST_S) if told.isascii() and told.isdigit() and len(told) < 9 else None  # noqa: PLR2004 - as int() takes it
