"""The reference as Markdown: each page's twin at `.md`, and `llms.txt`, for readers that are programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from leadhall.web.portal.described import Described, Group, plain_rows, pretty
from leadhall.web.portal.shapes import Field


def operation_markdown(page: Described) -> str:
    """One operation, whole: who may, what goes in, what comes out, what can go wrong, samples."""
    return "\n".join(_operation(page)).strip() + "\n"


def _operation(page: Described) -> Iterator[str]:
    operation = page.operation
    yield f"# {operation.title}\n\n`{operation.method} {operation.path}`\n\n{operation.summary}\n"
    yield f"{who_may(page)}\n"
    for title, fields in (
        ("Path", page.path_fields),
        ("Query", page.query_fields),
        ("Headers", page.header_fields),
        ("Body", page.body_fields),
    ):
        if fields:
            yield f"## {title}\n\n{fields_table(fields)}\n"
    for example in page.operation.examples:
        if example.body is not None:
            yield f"### Example: {example.name}\n\n{fenced('json', pretty(example.body))}\n"
    yield from _answers(page)
    yield "## Samples\n"
    for sample in page.samples:
        yield f"### {sample.language}\n\n{fenced('sh' if sample.key == 'curl' else sample.key, sample.code)}\n"


def _answers(page: Described) -> Iterator[str]:
    yield "## Responses\n"
    for reply, phrase, fields in page.replies:
        yield f"### {reply.status} {phrase}\n\n{reply.description}\n"
        if fields:
            yield f"{fields_table(fields)}\n"
        if reply.example is not None:
            yield f"{fenced('json', pretty(reply.example))}\n"
    if page.errors:
        yield "## Errors\n\n| status | code | when | what to do |\n| --- | --- | --- | --- |"
        for group in page.errors:
            for case, code in group.cases:
                yield f"| {case.status} | `{case.code}` | {cell(case.when)} | {cell(code.remedy)} |"
        yield ""


def who_may(page: Described) -> str:
    if page.is_open:
        return "Anybody may call it."
    scopes = f" with the scope {' and '.join(f'`{scope}`' for scope in page.scopes)}" if page.scopes else ""
    return f"Takes {', '.join(page.kinds)} tokens{scopes}."


def fields_table(fields: Iterable[Field]) -> str:
    rows = [
        f"| {'↳ ' * depth}`{field.name}` | {field.type} | {'yes' if field.required else ''} | {cell(_told(field))} |"
        for depth, field in plain_rows(fields)
    ]
    return "\n".join(["| name | type | required | meaning |", "| --- | --- | --- | --- |", *rows])


def _told(field: Field) -> str:
    choices = f"One of {', '.join(f'`{each}`' for each in field.choices)}." if field.choices else ""
    default = f"Default `{field.default}`." if field.default is not None else ""
    limits = f"{field.limits[:1].upper()}{field.limits[1:]}." if field.limits else ""
    example = f"Example `{field.example}`." if field.example is not None else ""
    return " ".join(part for part in (field.meaning, choices, limits, default, example) if part)


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


def llms_txt(groups: Iterable[Group], guides: Iterable[tuple[str, str]], *, url: str) -> str:
    """What a language model should read first (llmstxt.org): a line about us, then links to Markdown."""
    lines = ["# Leadhall", "", "> Self-hosted lead intake: one call, one durable lead.", ""]
    lines += [f"- [OpenAPI 3.1]({url}/openapi.json): every operation, for machines", "", "## Guides", ""]
    lines += [f"- [{title}]({url}/docs/guides/{name}.md)" for name, title in guides]
    for group in groups:
        lines += ["", f"## {group.tag}", ""]
        lines += [f"- [{each.title}]({url}/docs/reference/{each.slug}.md): {each.summary}" for each in group.operations]
    return "\n".join(lines) + "\n"
