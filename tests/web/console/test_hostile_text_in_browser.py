"""Whatever a stranger writes into any field of a lead, no page of the console runs it, with its policy or without."""

import pytest

from leadhall.tenancy.sessions import open_session
from tests.browser import both_ways, take_cookie, without_csp
from tests.corpus.xss import PAYLOADS

SHORT = [payload for payload in PAYLOADS if len(payload) <= 255]


@pytest.fixture
async def hostile(ask, world):
    """A lead with every payload in its message, one for each payload in the fields that hold one, a refused one."""
    token = world.first.token

    async def send(**fields):
        lead = {"identifier_type": "unique_id", "unique_id": fields["request_title"], "first_name": "X"} | fields
        return (await ask.post("/platform/v1/leadgen", token=token, json=lead)).json.get("conversation_uid")

    pairs = {f"{n} {payload}"[:120]: payload for n, payload in enumerate(PAYLOADS)}
    uids = [
        await send(request_title="All", message_data=pairs, request_data=pairs, system_message="\n".join(PAYLOADS)),
        *[
            await send(
                request_title=payload, first_name=payload, last_name=payload, phone=payload, address=payload,
                source=payload, source_url=f"https://x.example/{payload}", tags=[payload], email=f"a{n}@x.example",
            )
            for n, payload in enumerate(SHORT)
        ],
    ]  # fmt: skip
    await send(request_title="Refused", first_name=None, message_data=pairs)
    return uids


@both_ways
async def test_no_page_runs_what_strangers_wrote(page, served, owner, world, hostile, csp):  # noqa: PLR0917 - who plays a part
    user_id = await owner.fetchval("select id from app_user where email = 'ann@acme.example'")
    await take_cookie(page, served, f"leadhall={await open_session(owner, user_id)}")

    assert None not in hostile
    for path in ("/inbox?folder=all", "/inbox?q=alert", "/inbox/attention", f"/inbox/{hostile[0]}"):
        answer = await page.goto(served + path, wait_until="domcontentloaded")
        assert answer.status == 200, path


@without_csp
async def test_no_field_of_a_conversation_runs_any_payload(page, served, ann, hostile):
    """All conversations in one document, with no policy: each as its page has it."""
    pages = [await ann.text(f"/inbox/{uid}") for uid in hostile]
    shown = [each[each.index("<main") : each.index("</main>") + len("</main>")] for each in pages]
    await page.goto(f"{served}/sign-in")
    await page.set_content("".join(shown), wait_until="domcontentloaded")

    assert await page.locator("main").count() == len(hostile)
