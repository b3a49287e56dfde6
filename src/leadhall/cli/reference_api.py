"""The pages about the API: every operation from the table, every event from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadhall.app import TABLE
from leadhall.core.operation import Operation
from leadhall.events.catalogue import CATALOGUE, UNSENT, Event
from leadhall.web.portal.as_markdown import fenced, fields_table, who_may
from leadhall.web.portal.described import Described, groups_of, pretty
from leadhall.web.portal.shapes import fields_of

URL = "http://127.0.0.1:8000"
API_INTRO = """\
Every operation: who may call it, what goes in, what comes out. A running server tells the same with code in four
languages at `/docs`, and for machines at `/openapi.json`, which `leadhall openapi` prints.

Bodies are JSON; urlencoded and multipart bodies with bracket keys are taken alike. Tokens come as
`Authorization: Bearer TOKEN` or `Token token="TOKEN"`. A directory's token names the business in `X-On-Behalf-Of` or
`business_id`. Every `POST` takes an `Idempotency-Key`. Paths answer under `/apigw` and `/api2` too. Codes of refusals,
and what to do about them, stand in [errors](errors.md)."""
PAGES_INTRO = "Pages for people, and what they ask for; no part of the API."
EVENTS_INTRO = """\
What a webhook can be told: each event of the catalogue, when it happens, and the body that comes. All carry `lead_uid`,
`client_revision` and `occurred_at` in `data`. How to subscribe, verify and try them:
[webhooks](../howto/webhooks.md)."""

UNSENT_INTRO = """\
Callers of upstream's API may subscribe to these as before, and nothing comes of it."""


def api_page() -> str:
    parts = ["# API", API_INTRO, _contents()]
    for group in groups_of(TABLE):
        parts.append(f"## {group.tag}")
        parts += [part for operation in group.operations for part in _operation(operation)]
    others = [operation for operation in TABLE if operation.door != "api"]
    parts += ["## Pages", PAGES_INTRO]
    parts += [part for operation in others for part in _head(operation)]
    return "\n\n".join(parts)


def _contents() -> str:
    """A line a tag: its operations, each a link to its place."""
    return "\n".join(
        f"- **{group.tag}**: " + ", ".join(f"[{each.title.lower()}](#{each.name})" for each in group.operations)
        for group in groups_of(TABLE)
    )


def _head(operation: Operation) -> list[str]:
    return [f"### `{operation.name}`", f"`{operation.method} {operation.path}`", operation.summary]


def _operation(operation: Operation) -> Iterator[str]:
    page = Described(operation, URL)
    yield from _head(operation)
    yield who_may(page)
    for title, fields in (("Path", page.path_fields), ("Query", page.query_fields), ("Body", page.body_fields)):
        if fields:
            yield f"{title}:"
            yield fields_table(fields)
    for example in operation.examples:
        if example.body is not None:
            yield f"Example, {example.name.lower()}:"
            yield fenced("json", pretty(example.body))
    yield from _answers(page)


def _answers(page: Described) -> Iterator[str]:
    for reply, phrase, fields in page.replies:
        yield f"Answers {reply.status} {phrase}. {reply.description}".strip()
        if fields:
            yield fields_table(fields)
        if reply.example is not None:
            yield fenced("json", pretty(reply.example))
    if page.errors:
        yield (
            "Refuses: "
            + "; ".join(_refusal(group.status, (case.code for case, _ in group.cases)) for group in page.errors)
            + "."
        )


def _refusal(status: int, codes: Iterable[str]) -> str:
    return f"{status} " + " ".join(f"[`{code}`](errors.md#{code})" for code in dict.fromkeys(codes))


def events_page() -> str:
    contents = "\n".join(f"- [`{event.name}`](#{_anchor(event)}): {event.happens}" for event in CATALOGUE)
    parts = ["# Events", EVENTS_INTRO, contents]
    parts += [part for event in CATALOGUE for part in _event(event)]
    parts += ["## Taken and never sent", UNSENT_INTRO, "\n".join(f"- `{each.name}`: {each.why}" for each in UNSENT)]
    return "\n\n".join(parts)


def _anchor(event: Event) -> str:
    return event.name.replace("/", "")


def _event(event: Event) -> Iterator[str]:
    yield f"### `{event.name}`"
    yield event.happens
    yield fields_table(fields_of(event.data))
    yield fenced("json", pretty(event.sample_payload))
