"""Hostile documents sent to both doors of intake, and whether what was accepted reads back as it was sent.

The documents are those of tests/corpus. Each becomes another person's, so that every accepted one makes a client.
What must be stored is worked out here anew, from api.md 0.2, and not by the code that stored it.
"""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

import aiohttp
from tests.corpus.json_documents import LEAD, HostileDocument, hostile_documents

from proof.hall import Hall

DOORS = ("/platform/v1/leadgen", "/v1/partners/leads")
AT_ONCE = 16
REFUSALS = {"unreadable", "duplicate_key", "too_deep"}
MAY_BE_ANSWERED = {201, 401, 422}
"""A readable document: taken, or of no business that is known, or no lead."""
LINE_MOST_CHARS = 255

STORED = """
    select l.conversation_uid, l.request_uid, c.title, c.source, c.source_url, l.contact::text as contact,
           m.parts::text as parts, p.tags, r.body,
           (select jsonb_agg(jsonb_build_array(wording, page, visitor_ip, visitor_user_agent, captured_at))
              from consent o
             where o.business_id = l.business_id and o.client_uid = l.client_uid
               and o.lead_uid = l.conversation_uid)::text as evidence,
           (select array_agg(value) from suggestion s
             where s.business_id = l.business_id and s.client_uid = l.client_uid and s.last_lead = l.conversation_uid)
           || (select array_agg(key) from client_key k
                where k.business_id = l.business_id and k.moved_from is null  -- nobody is merged here: it is indexed
                  and k.client_uid = any (array(  -- its own, or another's, and the two may be one
                        select l.client_uid
                        union all select s.b_uid from suspected_pair s
                                   where s.business_id = l.business_id and s.a_uid = l.client_uid
                        union all select s.a_uid from suspected_pair s
                                   where s.business_id = l.business_id and s.b_uid = l.client_uid))) as keys
      from lead l
      join conversation c on (c.business_id, c.uid) = (l.business_id, l.conversation_uid)
      join message m on (m.business_id, m.uid) = (l.business_id, l.message_uid)
      join client p on (p.business_id, p.uid) = (l.business_id, l.client_uid)
      join request_log r on (r.business_id, r.uid) = (l.business_id, l.request_uid)"""


class Sent(NamedTuple):
    """A document and what was answered."""

    document: HostileDocument
    path: str
    body: bytes
    status: int
    answer: bytes


@dataclass
class Verdict:
    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    misjudged: list[str] = field(default_factory=list)
    """Answered otherwise than it must be, a 5xx among them."""
    read_back: int = 0
    changed: list[str] = field(default_factory=list)
    """Accepted, and stored otherwise than it was sent."""


def documents_for(business: str, count: int | None, chance: Random, *, first: int = 0) -> list[HostileDocument]:
    """All of the corpus or a drawn part of it, for our business, each of another person (numbered from `first`)."""
    everything = hostile_documents(LEAD | {"business_id": business})
    drawn = everything if count is None else chance.sample(everything, min(count, len(everything)))
    return [_somebody_elses(document, n) for n, document in enumerate(drawn, first)]


def _somebody_elses(document: HostileDocument, n: int) -> HostileDocument:
    told = {LEAD["email"]: f"dana.{n}@example.com", LEAD["unique_id"]: f"crm-{n}"}
    body, text = document.body, document.text
    for old, new in told.items():
        body = body.replace(old.encode(), new.encode())
        text = new if text == old else text
    return document._replace(body=body, text=text)


async def send_all(url: str, headers: Mapping[str, str], documents: Sequence[HostileDocument], path: str) -> list[Sent]:
    """Each as it stands, some at a time."""
    waiting, sent = iter(documents), list[Sent]()
    timeout = aiohttp.ClientTimeout(total=20)
    as_json = {**headers, "Content-Type": "application/json"}
    async with aiohttp.ClientSession(timeout=timeout, headers=as_json) as asking:

        async def go_on() -> None:
            for document in waiting:
                async with asking.post(url + path, data=document.body) as answer:
                    sent.append(Sent(document, path, document.body, answer.status, await answer.read()))

        await asyncio.gather(*(go_on() for _ in range(AT_ONCE)))
    return sent


def judge(sent: Iterable[Sent], stored: Mapping[str, Mapping[str, Any]]) -> Verdict:
    """`stored` by request uid, or by conversation where that is all that the answer tells."""
    verdict = Verdict()
    for each in sent:
        verdict.sent += 1
        verdict.statuses[each.status] += 1
        if fault := _misjudged(each):
            verdict.misjudged.append(f"{each.path} {each.document.name}: {fault}")
        if each.status == 201:
            verdict.read_back += 1
            if words := _changed(each, stored.get(_conversation(each))):
                verdict.changed.append(f"{each.path} {each.document.name}: {words}")
    return verdict


def stored_leads(our: Hall) -> dict[str, dict[str, Any]]:
    """Every lead with all its texts, by its conversation."""
    our.rows("analyze")  # statistics of empty tables would read them whole for every lead
    return {row["conversation_uid"]: dict(row) for row in our.rows(STORED)}


def _conversation(sent: Sent) -> str:
    told = json.loads(sent.answer)
    return str(told.get("conversation_uid") or told["uid"])


def _misjudged(sent: Sent) -> str | None:
    wanted = sent.document.code
    if wanted is None:
        return None if sent.status in MAY_BE_ANSWERED else f"{sent.status} {sent.answer[:200]!r}"
    told = json.loads(sent.answer) if sent.status == 400 else {}
    return None if told.get("error_code") == wanted else f"{sent.status} {sent.answer[:200]!r} instead of {wanted}"


def _changed(sent: Sent, row: Mapping[str, Any] | None) -> str | None:
    """What of the sent one is not there as api.md 0.2 keeps it."""
    if row is None:
        return "there is no such lead"
    if bytes(row["body"] or b"") != sent.body:
        return "the request log has another body"
    path, text = sent.document.path, sent.document.text
    if text is None or not (wanted := kept(text)):
        return None
    found = dict(_places(row)).get(path[0])
    if found is None:
        return None  # not a text of its own: a status, a yes or no, a list of notices, or no field at all
    label = kept(path[1]) if len(path) > 1 else None
    missing = [each for each in _as_stored(path[0], wanted) if not _is_among(each, label, found)]
    return f"{missing[0][:80]!r} is not among {str(found)[:200]!r}" if missing else None


def _is_among(text: str, label: str | None, found: Sequence[Any]) -> bool:
    """Of pairs the right label must stand beside it."""
    return any(each == (text if label is None else [label, text]) for each in found)


def _places(row: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Where the texts of each field may stand: their own place, or whole in the message when it was too long."""
    parts = json.loads(row["parts"] or "[]")
    pairs = {kind: [pair for part in parts if part["kind"] == kind for pair in part["fields"]]
             for kind in ("request", "message", "unread", "whole", "overflow")}  # fmt: skip
    contact = json.loads(row["contact"])
    whole = {name: [text for label, text in pairs["whole"] if label == name] for name in LEAD}
    for name in ("first_name", "last_name", "email", "phone", "address"):
        yield name, [contact.get(name), *whole[name], *(text for label, text in pairs["unread"] if label == name)]
    yield "unique_id", [*(row["keys"] or []), *(text for label, text in pairs["unread"] if label == "unique_id")]
    yield "request_title", [row["title"], *whole["request_title"]]
    yield "source", [row["source"], *whole["source"]]
    yield "source_url", [row["source_url"], *whole["source_url"]]
    yield "tags", [*row["tags"], *whole["tags"]]
    yield "system_message", [part["text"] for part in parts if part["kind"] == "system"]
    yield "request_data", [*pairs["request"], *pairs["overflow"]]
    yield "message_data", [*pairs["message"], *pairs["overflow"]]
    evidence = [text for texts in json.loads(row["evidence"] or "[]") for text in texts]
    for name in ("consent_text", "consent_url", "visitor_ip", "visitor_user_agent", "captured_at"):
        yield name, evidence


def _as_stored(name: str, text: str) -> list[str]:
    """A title and a source are one line; tags are parted at commas and each stands once."""
    if name == "tags":
        return [word for part in text.split(",") if (word := part.strip())]
    if name in ("request_title", "source", "source_url") and len(text) <= LINE_MOST_CHARS:
        return [text.replace("\n", " ")]
    return [text]


def kept(text: str) -> str:
    """A text as api.md 0.2 keeps it: NFC, LF, no control characters but tab and LF, trimmed."""
    text = re.sub(r"\r\n?", "\n", text)
    text = "".join(each for each in text if each in "\t\n" or unicodedata.category(each) != "Cc")
    return unicodedata.normalize("NFC", text).strip()
