"""`Dry-Run: true`: it tells what would happen, by the very statement of intake, and leaves nothing but its row."""

import pytest

from tests.web.leads import send_lead

PATH = "/platform/v1/leadgen"
DRY = {"dry-run": "true"}
DANA = {"identifier_type": "email", "email": "dana@example.com", "first_name": "Dana", "request_title": "Kitchen"}
WRITTEN = (
    "client", "client_key", "conversation", "message", "lead", "consent", "outbox", "suggestion", "suspected_pair",
    "idempotency", "repeat",
)  # fmt: skip


async def counts(owner):
    return [await owner.fetchval(f"select count(*) from {table}") for table in WRITTEN]


@pytest.fixture
def try_out(ask, world):
    """`await try_out(phone="…")`: a dry run of the first owner's, which must be a 200."""

    async def send(token=world.first.token, headers=None, path=PATH, **more):
        told = await ask.post(path, token=token, json=DANA | more, headers=DRY | (headers or {}))
        assert told.status == 200, told.content
        return told.json

    return send


async def test_a_dry_run_stores_nothing_but_its_row(try_out, owner):
    told = await try_out(tags="a,b", opt_in="yes", notifications="email", headers={"idempotency-key": "k"})
    rows = await owner.fetch("select uid, status, verdict, lead_uid from request_log")

    assert await counts(owner) == [0] * len(WRITTEN)
    assert [tuple(row) for row in rows] == [(told["request_id"], 200, "dry_run", None)]


async def test_it_tells_of_a_new_client_with_the_card_it_would_get(try_out):
    told = await try_out(phone="+1 415 555 0132", tags="new", notifications="auto-reply,sms")

    assert (told["would_create"], told["matched_by"], told["uid"]) == (True, None, None)
    assert told["card"] == {"first_name": "Dana", "email": "dana@example.com", "phone": "+1 415 555 0132"}
    assert (told["tags_added"], told["notices"]) == (["new"], ["auto-reply", "sms"])
    assert "client/created" in told["events"]


async def test_it_tells_of_a_known_client_what_would_be_filled_and_what_suggested(ask, try_out, world):
    known = await send_lead(ask, world.first.token, **DANA, last_name="Levi")
    told = await try_out(last_name="Levy", phone="555")

    assert (told["would_create"], told["matched_by"], told["uid"]) == (False, "email", known["uid"])
    assert told["card"] == {"phone": "555"}
    assert told["suggested"] == [{"field": "last_name", "value": "Levy", "on_card": "Levi"}]
    assert "client/updated" in told["events"]


async def test_what_it_tells_is_what_then_happens(ask, try_out, world, owner):
    await send_lead(ask, world.first.token, **DANA)
    told = await try_out(last_name="Levi", unique_id="crm-1", tags="x")
    lead = await send_lead(ask, world.first.token, **DANA | {"last_name": "Levi", "unique_id": "crm-1", "tags": "x"})
    trace = (await ask.get(f"/ext/v1/leads/{lead['conversation_uid']}", token=world.first.token)).json["data"]["lead"][
        "trace"
    ]

    assert told["trace"] == trace
    assert told["would_create"] is lead["created"]


async def test_the_same_lead_within_its_window_is_told_as_the_same(ask, try_out, world):
    first = await ask.post(PATH, token=world.first.token, json=DANA)

    assert (await try_out())["same_as"] == first.json["request_id"]


async def test_a_key_that_was_tried_out_is_still_free(ask, try_out, world):
    await try_out(headers={"idempotency-key": "once"})
    told = await ask.post(PATH, token=world.first.token, json=DANA, headers={"idempotency-key": "once"})

    assert (told.status, told.header("idempotent-replayed")) == (201, None)


async def test_a_key_of_another_body_is_refused_as_it_would_be(ask, world):
    key = {"idempotency-key": "once"}
    await ask.post(PATH, token=world.first.token, json=DANA, headers=key)
    told = await ask.post(PATH, token=world.first.token, json=DANA | {"phone": "1"}, headers=DRY | key)

    assert (told.status, told.json["error_code"]) == (422, "key_reused")


async def test_a_refused_dry_run_asks_for_nobodys_attention(ask, world, owner):
    told = await ask.post(PATH, token=world.first.token, json={"email": "x"}, headers=DRY | {"idempotency-key": "k"})

    assert (told.status, len(told.json["errors"])) == (422, 3)
    assert await owner.fetchval("select verdict from request_log") == "dry_run"
    assert await owner.fetchval("select count(*) from idempotency") == 0


async def test_a_dead_tokens_dry_run_is_not_held(ask, world, owner):
    told = await ask.post(PATH, token=world.expired_token, json=DANA, headers=DRY)

    assert told.status == 401
    assert await owner.fetch("select verdict, body from request_log") == [("dry_run", None)]


async def test_who_may_not_read_clients_learns_nothing_of_them(ask, try_out, world):
    await send_lead(ask, world.first.token, **DANA)
    told = await try_out(token=world.directory.website_token, business_id=world.first.uid, phone="5")

    assert {told[each] for each in ("would_create", "matched_by", "uid")} == {None}
    assert (told["card"], told["suggested"], told["trace"], told["events"]) == (None, None, None, [])


async def test_partners_are_told_too(try_out, world):
    more = {"business_id": world.first.uid, "request_data": {"Budget": "5"}}
    told = await try_out(token=world.directory.token, path="/v1/partners/leads", **more)

    assert told["would_create"] is True


@pytest.mark.parametrize(("word", "status"), [("false", 201), ("0", 201), ("Yes", 200), ("perhaps", 422), ("", 201)])
async def test_the_word_decides_and_one_that_cannot_be_read_stores_nothing(ask, world, word, status):
    told = await ask.post(PATH, token=world.first.token, json=DANA, headers={"dry-run": word})

    assert told.status == status
