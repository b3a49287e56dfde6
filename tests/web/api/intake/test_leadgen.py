"""The intake door from outside: real callers, every refusal in its order, and the row that each leaves."""

from __future__ import annotations

import json
from importlib import resources
from urllib.parse import urlencode

import pytest

from leadhall.app import Application
from leadhall.settings import Settings
from tests.web.asking import Asker
from tests.web.multipart import multipart

PATH = "/platform/v1/leadgen"
PARTNERS = "/v1/partners/leads"
DANA = {"identifier_type": "email", "email": "dana@example.com", "first_name": "Dana", "request_title": "Kitchen"}
CALLERS = sorted(
    entry.name for entry in (resources.files("leadhall.cli.demo") / "callers").iterdir() if entry.name.endswith(".json")
)


@pytest.fixture
async def app(database, key, world):
    """The whole app in the small known world, without limits."""
    application = Application(Settings(rate_per_s=0, allow_unsafe_durability=True, dispatch=False), database, key)
    async with application.running():
        yield application


async def ask(app, method, path, *, form=None, headers=None, **more):
    """One request from a stranger's address; `form` is sent urlencoded."""
    if form is not None:
        more["body"] = urlencode(form).encode()
        headers = {**(headers or {}), "content-type": "application/x-www-form-urlencoded"}
    return await Asker(app)(method, path, headers=headers, ip="203.0.113.7", **more)


def codes(told):
    return [fault["code"] for fault in told.json["errors"]]


def lead(**changed):
    return {**DANA, **changed}


async def rows(owner):
    return await owner.fetch("select * from request_log order by uid")


def caller_file(name, world, unique):
    text = (resources.files("leadhall.cli.demo") / "callers" / name).read_text()
    filled = {
        "{staff_token}": world.first.token,
        "{directory_token}": world.directory.token,
        "{app_token}": world.app.token,
        "{business_uid}": world.first.uid,
        "{business_nickname}": world.first.nickname,
        "{unique}": unique,
    }
    for word, value in filled.items():
        text = text.replace(word, value)
    return json.loads(text)


async def send_caller(app, name, world, unique="a1"):
    told = caller_file(name, world, unique)
    more = {key: told[key] for key in ("json", "form") if key in told}
    headers = {key.lower(): value for key, value in told["headers"].items()}
    if "multipart" in told:
        more["body"], headers["content-type"] = multipart(told["multipart"])
    return told, await ask(app, "POST", told["path"], headers=headers, **more)


@pytest.mark.parametrize("name", CALLERS)
async def test_every_real_caller_is_answered_201_and_found_whole(app, world, owner, name):
    told, answer = await send_caller(app, name, world)
    sent = told.get("json") or told.get("form") or told["multipart"]

    stored = set(leaves([row["everything"] for row in await owner.fetch(STORED)]))
    assert answer.status == 201
    assert [text for text in texts_in(sent) if text not in stored and text != world.first.uid] == []


STORED = """
    select to_jsonb(m) || jsonb_build_object('conversation', to_jsonb(c), 'contact', l.contact, 'client', to_jsonb(k),
               'consents', (select jsonb_agg(to_jsonb(s)) from consent s),
               'keys', (select jsonb_agg(key) from client_key)) as everything
      from message m join conversation c on c.uid = m.conversation_uid join lead l on l.conversation_uid = c.uid
      join client k on k.uid = m.client_uid"""


COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def leaves(value):
    """Every text in a JSON value."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


NOT_TEXT_OF_THE_LEAD = {"business_id", "identifier_type", "notifications", "opt_in", "opt_in_transactional_sms", "tags"}


def texts_in(sent):
    """Texts that must be found again: single words of tags, everything else as it was sent, trimmed.

    Of the business's uid as everybody's unique_id only the request log tells.
    """
    for key, value in sent.items():
        if key == "tags" and value:
            yield from (tag.strip() for tag in value.split(","))
        elif key in {"request_data", "message_data"} and isinstance(value, dict):
            yield from (text if isinstance(text, str) else COMPACT.encode(text) for text in value.values())
        elif isinstance(value, str) and key not in NOT_TEXT_OF_THE_LEAD:
            yield value.strip()


async def test_the_business_id_as_everybodys_unique_id_makes_a_client_for_each_email(app, world, owner):
    name = "03-site-with-token-scheme.json"
    answers = [(await send_caller(app, name, world, unique))[1].json for unique in ("a1", "b2")]

    assert answers[0]["uid"] != answers[1]["uid"]
    assert {warning["code"] for answer in answers for warning in answer["warnings"]} == {"identifier_not_personal"}


async def test_the_answer_is_exactly_as_documented(app, world):
    answer = await ask(app, "POST", PATH, token=world.first.token, json=lead())

    assert list(answer.json) == [
        "status", "uid", "conversation_uid", "message_uid", "request_id", "created", "matched_by", "warnings",
    ]  # fmt: skip
    assert (answer.json["status"], answer.json["created"], answer.json["matched_by"]) == ("OK", True, None)
    assert answer.header("x-request-id") == answer.json["request_id"]


async def test_a_known_client_is_answered_201_too(app, world):
    first = await ask(app, "POST", PATH, token=world.first.token, json=lead())
    second = await ask(app, "POST", PATH, token=world.first.token, json=lead(request_title="Gutter"))

    assert (second.status, second.json["uid"]) == (201, first.json["uid"])
    assert (second.json["created"], second.json["matched_by"]) == (False, "email")


async def test_a_website_token_does_not_learn_who_is_known(app, world):
    headers = {"x-on-behalf-of": world.first.uid}
    answer = await ask(app, "POST", PATH, token=world.directory.website_token, headers=headers, json=lead())

    assert (answer.json["created"], answer.json["matched_by"]) == (None, None)


@pytest.mark.parametrize("prefix", ["", "/apigw", "/api2"])
async def test_the_gateways_prefixes_are_one_operation(app, world, owner, prefix):
    await ask(app, "POST", PATH, token=world.first.token, json=lead())
    again = await ask(app, "POST", prefix + PATH, token=world.first.token, json=lead())

    assert again.json["warnings"][0]["code"] == "folded_repeat"


def refusals(world):
    """Each bad request of the contract: what is sent, and what it is answered."""
    token, other, other_of_ours = world.first.token, world.outsider.business, world.second.uid
    agency = world.directory.token
    deep: object = "x"
    for _ in range(8):
        deep = {"a": deep}
    return {
        "no body": ({"token": token, "body": b""}, 400, "unreadable"),
        "a list": ({"token": token, "body": b"[]"}, 400, "unreadable"),
        "a text": ({"token": token, "body": b'"x"'}, 400, "unreadable"),
        "64 KiB and one": ({"token": token, "body": b" " * 65537}, 413, "too_large"),
        "nine deep": ({"token": token, "json": lead(message_data=deep)}, 400, "too_deep"),
        "a key twice": ({"token": token, "body": b'{"a":1,"a":2}'}, 400, "duplicate_key"),
        "NUL": ({"token": token, "body": b'{"first_name":"\\u0000"}'}, 400, "unreadable"),
        "a lone surrogate": ({"token": token, "body": b'{"first_name":"\\ud800"}'}, 400, "unreadable"),
        "an identifier_type nobody knows": ({"token": token, "json": lead(identifier_type="phone")}, 422, "invalid"),
        "an email without @": ({"token": token, "json": lead(email="dana")}, 422, "invalid"),
        "an email of 400 bytes": ({"token": token, "json": lead(email="d" * 388 + "@example.com")}, 422, "too_long"),
        "a business of someone else": (
            {"token": agency, "json": lead(business_id=other.uid)}, 401, "business_not_reachable",
        ),
        "a business that is not there": (
            {"token": agency, "json": lead(business_id="nowhere")}, 401, "business_not_reachable",
        ),
        "another business by a staff token": (
            {"token": token, "json": lead(business_id=world.second.uid)}, 401, "business_not_reachable",
        ),
        "two names for two businesses": (
            {"token": agency, "headers": {"x-on-behalf-of": other_of_ours}, "json": lead(business_id=world.first.uid)},
            422,
            "business_mismatch",
        ),
        "no business where one is needed": ({"token": agency, "json": lead()}, 422, "missing"),
        "no token": ({"json": lead()}, 401, "token_unknown"),
        "a token nobody has": ({"token": "abc", "json": lead()}, 401, "token_unknown"),
        "a token revoked yesterday": ({"token": world.revoked_token, "json": lead()}, 401, "token_revoked"),
        "a token expired yesterday": ({"token": world.expired_token, "json": lead()}, 401, "token_expired"),
        "text": ({"token": token, "headers": {"content-type": "text/plain"}, "body": b"hello"}, 415, "media_type"),
        "an idempotency key that cannot be one": (
            {"token": token, "headers": {"idempotency-key": "x" * 256}, "json": lead()}, 422, "invalid",
        ),
    }  # fmt: skip


CASES = [
    "no body", "a list", "a text", "64 KiB and one", "nine deep", "a key twice", "NUL", "a lone surrogate",
    "an identifier_type nobody knows", "an email without @", "an email of 400 bytes", "a business of someone else",
    "a business that is not there", "another business by a staff token", "two names for two businesses",
    "no business where one is needed", "no token", "a token nobody has", "a token revoked yesterday",
    "a token expired yesterday", "text", "an idempotency key that cannot be one",
]  # fmt: skip


async def test_the_cases_are_all_of_them(world):
    assert sorted(refusals(world)) == sorted(CASES)


@pytest.mark.parametrize("case", CASES)
async def test_a_bad_request_has_its_answer_and_its_row(app, world, owner, case):
    sent, status, code = refusals(world)[case]
    answer = await ask(app, "POST", PATH, **sent)

    [row] = await rows(owner)
    assert (answer.status, codes(answer)[0]) == (status, code)
    assert (row["status"], row["uid"]) == (status, answer.header("x-request-id"))
    assert await owner.fetchval("select count(*) from lead") == 0


async def test_a_get_on_the_path_is_told_what_would_do_and_logged(app, owner):
    answer = await ask(app, "GET", PATH)

    assert (answer.status, answer.header("allow"), codes(answer)) == (405, "POST", ["method"])
    assert [row["status"] for row in await rows(owner)] == [405]


async def test_a_foreign_business_and_a_missing_one_are_answered_alike(app, world):
    answers = [
        await ask(app, "POST", PATH, token=world.directory.token, json=lead(business_id=name))
        for name in (world.outsider.business.uid, "nowhere")
    ]

    assert answers[0].json | {"request_id": ""} == answers[1].json | {"request_id": ""}


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        ({"status": "vip"}, "unknown_status"),
        ({"phone": "ask Ruth"}, "phone_unreadable"),
        ({"request_title": "x" * 10_000}, "cut"),
        ({"request_data": {f"k{n}": "v" for n in range(200)}}, "overflow"),
        ({"notifications": "pigeon"}, "unknown_notification"),
        ({"opt_in": "perhaps"}, "boolean_unreadable"),
        ({"utm_source": "x"}, "unknown_field"),
    ],
)
async def test_what_is_odd_is_accepted_with_a_warning(app, world, owner, changed, warning):
    answer = await ask(app, "POST", PATH, token=world.first.token, json=lead(**changed))

    assert (answer.status, [each["code"] for each in answer.json["warnings"]]) == (201, [warning])
    assert (await rows(owner))[0]["verdict"] == "accepted_with_warnings"


async def test_unknown_and_known_tokens_keep_bodies_only_where_they_may(app, world, owner):
    await ask(app, "POST", PATH, token="abc", json=lead())
    await ask(app, "POST", PATH, token=world.first.token, json=lead(email="none"))

    assert [row["body"] is None for row in await rows(owner)] == [True, False]


async def test_a_422_for_a_known_business_needs_attention(app, world, owner):
    await ask(app, "POST", PATH, token=world.first.token, json=lead(email="none"))

    [row] = await rows(owner)
    assert (row["verdict"], row["business_id"], row["facts"]["faults"][0]["field"]) == (
        "needs_attention",
        world.first.id,
        "email",
    )


async def test_what_a_dead_token_brings_is_held_for_its_business(app, world, owner):
    await ask(app, "POST", PATH, token=world.revoked_token, json=lead())

    [row] = await rows(owner)
    assert (row["verdict"], row["business_id"]) == ("held", world.first.id)
    assert b"dana@example.com" in row["body"]
    assert await owner.fetchval("select kind from outbox") == "dead_token"


async def test_a_token_dead_for_91_days_brings_nothing(app, world, owner):
    await ask(app, "POST", PATH, token=world.forgotten_token, json=lead())

    [row] = await rows(owner)
    assert (row["verdict"], row["body"]) == ("refused", None)


async def test_a_stranger_gets_ten_rows_a_minute(app, owner):
    for _ in range(15):
        await ask(app, "POST", PATH, token="abc", json=lead())

    assert len(await rows(owner)) == 10


async def test_the_first_name_may_be_absent_for_somebody_known(app, world):
    unknown = await ask(app, "POST", PATH, token=world.first.token, json=lead(first_name=None))
    await ask(app, "POST", PATH, token=world.first.token, json=lead())
    known = await ask(app, "POST", PATH, token=world.first.token, json=lead(first_name=None, request_title="2"))

    assert (unknown.status, unknown.json["error"]) == (422, "Mandatory parameter first_name is missing")
    assert known.status == 201


async def test_the_same_key_is_answered_byte_for_byte(app, world):
    headers = {"idempotency-key": '"order 7"'}
    first = await ask(app, "POST", PATH, token=world.first.token, headers=headers, json=lead())
    again = await ask(app, "POST", "/api2" + PATH, token=world.first.token, headers=headers, form=lead())

    assert again.content == first.content
    assert again.header("idempotent-replayed") == "true"


async def test_the_same_key_with_another_body_is_refused(app, world, owner):
    headers = {"idempotency-key": "k"}
    await ask(app, "POST", PATH, token=world.first.token, headers=headers, json=lead())
    other = await ask(app, "POST", PATH, token=world.first.token, headers=headers, json=lead(email="r@example.com"))

    assert (other.status, codes(other)) == (422, ["key_reused"])
    assert len(await rows(owner)) == 2


async def test_a_refusal_under_a_key_is_answered_byte_for_byte(app, world, owner):
    headers = {"idempotency-key": "k"}
    first = await ask(app, "POST", PATH, token=world.first.token, headers=headers, json=lead(email="none"))
    again = await ask(app, "POST", PATH, token=world.first.token, headers=headers, json=lead(email="none"))

    assert (again.status, again.content) == (422, first.content)
    assert again.header("idempotent-replayed") == "true"


async def test_a_rate_that_is_used_up_is_told_when_to_come_back(database, key, world, owner):
    application = Application(Settings(rate_per_s=1, allow_unsafe_durability=True, dispatch=False), database, key)
    async with application.running():
        answers = [
            await ask(application, "POST", PATH, token=world.first.token, json=lead(request_title=str(n)))
            for n in range(6)
        ]

    assert [answer.status for answer in answers] == [201] * 5 + [429]
    assert answers[-1].header("retry-after") == "1"
    assert (await rows(owner))[-1]["body"] is None


async def test_a_token_in_test_mode_makes_test_leads(app, world, owner):
    await ask(app, "POST", PATH, token=world.test_token, json=lead())

    assert await owner.fetchval("select is_test from conversation") is True


async def test_a_partner_is_answered_with_the_conversation_alone(app, world):
    sent = lead(business_id=world.first.uid, system_message="From the landing page")
    headers = {"authorization": f'Token token="{world.directory.token}"'}
    answer = await ask(app, "POST", PARTNERS, headers=headers, json=sent)

    assert (answer.status, list(answer.json)) == (201, ["uid"])


async def test_a_partner_hears_all_faults_as_a_bare_list(app, world):
    answer = await ask(app, "POST", PARTNERS, token=world.directory.token, json={"business_id": world.first.uid})

    assert (answer.status, answer.json) == (
        422,
        [
            "Mandatory parameter identifier_type is missing",
            "Missing request_data and system_message parameters. At least one is required",
            "Mandatory parameter first_name is missing",
            "Mandatory parameter request_title is missing",
        ],
    )


@pytest.mark.parametrize("wrong", ["token", "kind", "business"])
async def test_a_partner_who_may_not_is_told_so_in_one_plain_line(app, world, wrong):
    token = {"token": "abc", "kind": world.first.token, "business": world.directory.token}[wrong]
    sent = lead(business_id=world.outsider.business.uid, system_message="x")
    answer = await ask(app, "POST", PARTNERS, token=token, json=sent)

    assert (answer.status, answer.content) == (401, b"HTTP Token: Access denied.\n")
    assert answer.header("content-type").startswith("text/plain")


async def test_a_small_number_is_a_persons_unique_id_although_directories_are_counted_too(app, world):
    sent = lead(identifier_type="unique_id", unique_id=world.directory.id)
    answer = await ask(app, "POST", PATH, token=world.first.token, json=sent)

    assert (answer.status, answer.json["warnings"]) == (201, [])
