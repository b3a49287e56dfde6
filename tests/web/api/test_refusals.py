import ast
from pathlib import Path

import asyncpg
import pytest

import leadhall
from leadhall.core import errors
from leadhall.core.errors import Fault, Invalid, Refusal, Unauthorized
from leadhall.requestlog.idempotency import AlreadyDone
from leadhall.web.api.refusals import MethodNotAllowed, Unexpected, body_of, headers_of, refusal_of, status_of
from leadhall.web.body import BodyTooLarge, TooSlow
from leadhall.web.codes import CODES, errors_markdown
from leadhall.web.head import UrlTooLong

KNOWN = {code.name: code for code in CODES}
OF_API_MD = """
    missing invalid too_long too_many unreadable duplicate_key too_deep not_text unauthorized business_mismatch
    not_found method media_type too_large rate_limited busy unavailable storage_full unstorable key_reused
    key_in_flight already_done already_exists token_unknown token_expired token_revoked token_kind
    business_not_reachable
"""
STATUSES = [
    (errors.Unreadable("x"), 400),
    (errors.Unauthorized("x"), 401),
    (errors.NotFound("x"), 404),
    (MethodNotAllowed("PUT", ("GET", "HEAD")), 405),
    (TooSlow("x"), 408),
    (errors.AlreadyExists("x"), 409),
    (errors.KeyInFlight("x"), 409),
    (AlreadyDone("x"), 409),
    (BodyTooLarge(64 * 1024, b""), 413),
    (UrlTooLong("x"), 414),
    (errors.UnsupportedMedia("x"), 415),
    (Invalid("x"), 422),
    (errors.Mismatch("x"), 422),
    (errors.KeyReused("x"), 422),
    (errors.Unstorable("x"), 422),
    (errors.RateLimited(1.2), 429),
    (Unexpected(), 500),
    (errors.Busy(2), 503),
    (errors.Unavailable(), 503),
    (errors.StorageFull(), 503),
]


def all_refusals(of=Refusal):
    return {of} | {deeper for each in of.__subclasses__() for deeper in all_refusals(each)}


@pytest.mark.parametrize(("refusal", "status"), STATUSES, ids=lambda each: type(each).__name__)
def test_each_refusal_has_its_status(refusal, status):
    assert status_of(refusal) == status


def test_every_code_of_the_contract_has_a_meaning_and_a_remedy():
    assert set(KNOWN) >= set(OF_API_MD.split())
    assert all(code.meaning and code.remedy for code in CODES)


@pytest.mark.parametrize("refusal", sorted(all_refusals(), key=str), ids=lambda each: each.__name__)
def test_every_refusal_there_is_has_a_code_that_is_explained(refusal):
    assert refusal.code in KNOWN


def test_every_code_that_any_room_puts_in_a_fault_is_explained():
    assert codes_in_faults() <= set(KNOWN)


def codes_in_faults():
    """The first argument of every `Fault("…", …)` in the source."""
    trees = [ast.parse(path.read_text()) for path in Path(leadhall.__file__).parent.rglob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    firsts = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Fault"]
    codes = {first.value for first in firsts if isinstance(first, ast.Constant)}
    assert codes
    return codes


@pytest.mark.parametrize(("refusal", "status"), STATUSES, ids=lambda each: type(each).__name__)
def test_a_refusals_status_is_one_that_its_code_is_explained_under(refusal, status):
    assert status in KNOWN[refusal.code].statuses


def test_the_reference_has_a_heading_for_every_code():
    page = errors_markdown()

    assert all(f"\n## {code.name}\n" in page for code in CODES)


def test_a_body_names_all_faults_and_leads_with_the_first():
    refusal = Invalid.of([Fault.missing("email"), Fault("invalid", "identifier_type is unknown", "identifier_type")])

    assert body_of(refusal, "r1") == {
        "status": "Error",
        "error": "Mandatory parameter email is missing",
        "error_code": "missing",
        "errors": [
            {"code": "missing", "field": "email", "message": "Mandatory parameter email is missing"},
            {"code": "invalid", "field": "identifier_type", "message": "identifier_type is unknown"},
        ],
        "request_id": "r1",
    }


def test_a_401_says_unauthorized_and_its_faults_say_why():
    body = body_of(Unauthorized(faults=(Fault("token_expired", "This token has expired"),)), "r1")

    assert (body["error"], body["error_code"]) == ("Unauthorized", "unauthorized")
    assert [fault["code"] for fault in body["errors"]] == ["token_expired"]


@pytest.mark.parametrize(("refusal", "status"), STATUSES, ids=lambda each: type(each).__name__)
def test_409_429_and_503_say_when_to_try_again(refusal, status):
    after = dict(headers_of(refusal)).get(b"retry-after")

    assert (after is not None) == (status in (409, 429, 503))
    assert after is None or int(after) >= 1


def test_a_405_lists_the_methods_that_would_do():
    assert dict(headers_of(MethodNotAllowed("PUT", ("GET", "HEAD"))))[b"allow"] == b"GET, HEAD"


@pytest.mark.parametrize(("refusal", "status"), STATUSES, ids=lambda each: type(each).__name__)
def test_a_request_that_is_not_read_to_its_end_closes_its_connection(refusal, status):
    assert ((b"connection", b"close") in headers_of(refusal)) == (status in (408, 413, 414))


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (ConnectionRefusedError(), "unavailable"),
        (TimeoutError(), "unavailable"),
        (asyncpg.InternalClientError("x"), "unavailable"),
        (asyncpg.InterfaceError("connection is closed"), "unavailable"),
        (asyncpg.ConnectionDoesNotExistError("x"), "unavailable"),
        (asyncpg.AdminShutdownError("x"), "unavailable"),
        (asyncpg.CannotConnectNowError("x"), "unavailable"),
        (asyncpg.TooManyConnectionsError("x"), "unavailable"),
        (asyncpg.ReadOnlySQLTransactionError("x"), "unavailable"),
        (asyncpg.QueryCanceledError("x"), "unavailable"),
        (asyncpg.UndefinedTableError("x"), "unavailable"),
        (asyncpg.DiskFullError("x"), "storage_full"),
        (asyncpg.CharacterNotInRepertoireError("x"), "invalid"),
        (asyncpg.UntranslatableCharacterError("x"), "invalid"),
        (asyncpg.NumericValueOutOfRangeError("x"), "invalid"),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates"), "invalid"),
        (KeyError("x"), "unexpected"),
        (asyncpg.PostgresSyntaxError("x"), "unexpected"),
    ],
    ids=lambda each: each if isinstance(each, str) else type(each).__name__,
)
def test_whose_fault_it_is_decides_what_the_caller_is_told(fault, code):
    assert refusal_of(fault, "r1").code == code


async def test_a_fault_of_ours_is_answered_in_the_same_shape_and_logged_with_its_id(ask, services, monkeypatch, capsys):
    def broken():
        raise KeyError("secret detail")

    monkeypatch.setattr(services.metrics, "text", broken)
    told = await ask.get("/metrics")

    assert told.status == 500
    assert told.json["error"] == "Internal server error"
    assert told.json["request_id"] == told.header("x-request-id")
    assert b"secret detail" not in told.content
    assert told.json["request_id"] in "".join(capsys.readouterr())
