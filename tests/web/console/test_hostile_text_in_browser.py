"""Whatever a stranger writes into any field of a lead, no page of the console runs it, with its policy or without."""

import pytest

from leadhall.tenancy.sessions import open_session
from tests.browser import both_ways, take_cookie, without_csp
from tests.corpus.xss import PAYLOADS
from tests.web.console.pages import OUTSIDE, Seen, addresses

NOT_HERE = (*OUTSIDE, "console_authorize_page")
"""Pages that show nothing of a lead, and ask for what is not made here."""
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
    await owner.execute("insert into directory_admin values ($1, $2)", world.directory.id, user_id)
    await take_cookie(page, served, f"leadhall={await open_session(owner, user_id)}")

    assert None not in hostile
    one, other = await owner.fetch("select uid from client where business_id = $1 order by uid limit 2", world.first.id)
    told = addresses(Seen(hostile[0], one["uid"], other["uid"], "", "", ""))
    pages = [path for name, paths in told.items() if name not in NOT_HERE for path in paths]
    for path in ("/inbox?folder=all", "/inbox?q=alert", *pages):
        answer = await page.goto(served + path, wait_until="domcontentloaded")
        assert answer.status == 200, path


@without_csp
async def test_no_field_of_a_conversation_or_a_card_runs_any_payload(page, served, owner, ann, hostile):
    """All conversations and all cards in one document, with no policy: each as its page has it."""
    clients = await owner.fetch("select distinct client_uid from lead where conversation_uid = any ($1)", hostile)
    paths = [*(f"/inbox/{uid}" for uid in hostile), *(f"/clients/{row['client_uid']}" for row in clients)]
    pages = [await ann.text(path) for path in paths]
    shown = [each[each.index("<main") : each.index("</main>") + len("</main>")] for each in pages]
    await page.goto(f"{served}/sign-in")
    await page.set_content("".join(shown), wait_until="domcontentloaded")

    assert await page.locator("main").count() == len(paths) > len(hostile)
