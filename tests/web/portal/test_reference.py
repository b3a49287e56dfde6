"""The reference: every operation has a page that tells all of it, for people and for programs."""

import re

import pytest

from leadhall.app import TABLE
from leadhall.web.codes import CODES

SHOWN = TABLE.of_door("api")


@pytest.fixture
async def page_of(ask):
    """`await page_of("/docs")`: its text."""

    async def fetch(path):
        told = await ask.get(path)
        assert told.status == 200, path
        return told.content.decode()

    return fetch


async def test_every_operation_has_a_page_with_its_path_fields_and_error_codes(page_of):
    for operation in SHOWN:
        page = await page_of(f"/docs/reference/{operation.slug}")

        assert f"<code>{operation.path}</code>" in page
        assert {f"/docs/errors#{case.code}" for case in operation.errors} <= set(re.findall(r'href="([^"]+)"', page))


async def test_every_operation_has_a_twin_in_markdown(page_of):
    for operation in SHOWN:
        text = await page_of(f"/docs/reference/{operation.slug}.md")

        assert text.startswith(f"# {operation.title}\n\n`{operation.method} {operation.path}`")
        assert all(f"`{case.code}`" in text for case in operation.errors)


async def test_a_body_field_tells_type_need_limit_and_meaning(page_of):
    text = re.sub(r"<[^>]+>|\s+", " ", await page_of("/docs/reference/create-a-lead"))

    assert re.search(r"request_title +text +required +What it is about; also titles the conversation\.", text)
    assert "At most 255 characters." in text


async def test_a_page_offers_samples_in_four_languages(page_of):
    page = await page_of("/docs/reference/create-a-lead")

    assert set(re.findall(r'data-sample="(\w+)"', page)) == {"curl", "python", "node", "php"}


async def test_the_index_for_programs_links_every_operation(page_of):
    text = await page_of("/llms.txt")

    assert all(f"/docs/reference/{operation.slug}.md" in text for operation in SHOWN)


async def test_every_error_code_has_its_heading_and_remedy(page_of):
    page = await page_of("/docs/errors")

    assert all(f'id="{code.name}"' in page for code in CODES)


async def test_pages_link_only_to_pages_that_are_there(ask, page_of):
    pages = ["/docs", "/docs/errors", "/docs/events"]
    links = {link for path in pages for link in re.findall(r'href="(/docs[^"#?]*)', await page_of(path))}

    for link in links:
        assert (await ask.get(link)).status == 200, link


async def test_nothing_foreign_runs_on_a_page(ask):
    policy = (await ask.get("/docs/reference/create-a-lead")).header("content-security-policy")

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_an_operation_that_is_not_there_is_not_found(ask):
    assert (await ask.get("/docs/reference/steal-a-lead")).status == 404


async def test_a_request_made_up_in_try_it_is_written_in_every_language(ask):
    wanted = {
        "operation": "create-a-lead",
        "url": "https://leads.example.com/platform/v1/leadgen",
        "headers": {"Idempotency-Key": "it's"},
        "body": {"first_name": "O'Neil", "tags": ["a", "b"]},
    }
    told = await ask.post("/docs/samples", json=wanted)

    code = {language: "".join(text for _, text in pieces) for language, pieces in told.json.items()}
    assert code["curl"].splitlines()[0] == "curl 'https://leads.example.com/platform/v1/leadgen' \\"
    assert "'Idempotency-Key: it'\\''s'" in code["curl"]
    assert all("Bearer TOKEN" in each for each in code.values())
    assert ["k", "const"] in told.json["node"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"operation": "create-a-lead"}', b'{"operation": 1, "url": ""}', b"\xff"]
)
async def test_a_made_up_request_that_cannot_be_read_is_refused(ask, body):
    told = await ask.post("/docs/samples", body=body)

    assert told.status == 400
    assert told.json["error_code"] == "unreadable"
