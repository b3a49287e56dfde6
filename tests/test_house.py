"""What must not slip: the floors, who writes which table, no SQL made of pieces, no `==` on secrets.

Each rule is a function that finds breaches, run over the source and, as its control, over a breach.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from leadhall.core.sql import statements

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "leadhall"
PYTHON = sorted(SOURCE.rglob("*.py"))
SQL_FILES = sorted(path for path in SOURCE.rglob("*.sql") if path.parent != SOURCE / "schema")
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
DOORS_ABOVE = {"cli", "app", "web"}

OWNERS = {
    "tenancy": "directory business business_name app_user directory_admin staff app app_installation token form_key "
    "instance_setting audit session oauth_code second_factor recovery_code",
    "clients": "client client_key card_field suggestion suspected_pair consent card_change client_merge client_note",
    "conversations": "conversation lead message conversation_act draft canned_reply counted_day counted_to",
    "events": "outbox",
    "inbound": "inbound",
    "dispatch": "delivery delivery_attempt suppression sender_pause",
    "notify": "notification_template staff_notification sender_profile captured mail_link phone_check text_thread",
    "webhooks": "webhook_endpoint webhook_subscription webhook_secret",
    "search": "search_doc search_due search_again",
    "transfer": "import_job import_file import_item",
    "requestlog": "request_log idempotency repeat request_act",
}
WRITES_ANYWHERE = "intake/write.sql"
"""The one exception: the heart is one round trip, so write_leads writes tables shaped by other rooms."""


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def rooms() -> set[str]:
    """What lies directly under the package, without the package's own file."""
    return {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()} - {
        "__init__"
    }


# the floors


def test_rooms_import_as_the_contracts_say():
    lint = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_the_contract_on_http_names_every_room_but_the_doors():
    named = {module.removeprefix("leadhall.") for module in CONTRACTS["no-http"]["source_modules"]}

    assert named | {"notify", "webhooks"} >= rooms() - DOORS_ABOVE


def test_the_contract_on_doors_names_every_door():
    doors = {f"leadhall.web.{name}" for name in ("api", "console", "portal", "public")}
    built = {door for door in doors if (SOURCE / "web" / door.rpartition(".")[2] / "__init__.py").exists()}

    assert set(CONTRACTS["doors"]["modules"]) == built


def test_the_contract_on_calls_names_every_room_that_sends():
    forbidden = set(CONTRACTS["events-not-calls"]["forbidden_modules"])

    for room in ("notify", "webhooks", "dispatch"):
        assert {f"leadhall.{room}.**"} <= forbidden
        assert room not in rooms() or f"leadhall.{room}" in forbidden


# who writes which table

_COMMENT = re.compile(r"--.*")
_WRITE = re.compile(
    r"\b(?:insert\s+into|update|delete\s+from|truncate(?:\s+table)?|merge\s+into)\s+(?:only\s+)?([a-z_]+)",
    re.IGNORECASE,
)
_NO_TABLES = {"set", "of", "skip", "nowait", "or", "on"}  # `do update set`, `for update of`, `for update skip locked` …


def tables_written(text: str) -> set[str]:
    return {table.lower() for table in _WRITE.findall(_COMMENT.sub("", text))} - _NO_TABLES


def owner_of(table: str) -> str:
    return next((room for room, tables in OWNERS.items() if table in tables.split()), "nobody")


def foreign_writes(path: str, text: str) -> dict[str, str]:
    room = path.partition("/")[0]
    return {table: owner_of(table) for table in tables_written(text) if owner_of(table) != room}


@pytest.mark.parametrize("path", SQL_FILES, ids=name_of)
def test_a_room_writes_its_own_tables_only(path):
    if name_of(path) != WRITES_ANYWHERE:
        assert foreign_writes(name_of(path), path.read_text()) == {}


def test_a_foreign_write_is_found():
    text = (
        "-- update lead\nwith x as (Insert  into client values (1)) update only business set a = 1; delete from token"
    )

    assert foreign_writes("tenancy/x.sql", text) == {"client": "clients"}
    assert foreign_writes("web/x.sql", "truncate lead") == {"lead": "conversations"}


def test_every_table_has_its_room():
    text = "".join(path.read_text() for path in sorted((SOURCE / "schema").glob("0*.sql")))
    tables = set(re.findall(r"create table (?!request_log_default)(\w+)", text))

    assert {table: owner_of(table) for table in tables if owner_of(table) == "nobody"} == {}
    assert set(" ".join(OWNERS.values()).split()) == tables


LOCKED = re.compile(r"pg_(?:try_)?advisory_(?:xact_)?lock\((\d+)\)")


def shared_locks(texts):
    """Numbers of advisory locks that two files take: each would wait for the other's work, or skip its own."""
    takers = {}
    for name, text in texts.items():
        for number in set(LOCKED.findall(text)):
            takers.setdefault(number, []).append(name)
    return {number: names for number, names in takers.items() if len(names) > 1}


def test_no_two_works_share_an_advisory_lock():
    found = {str(path.relative_to(SOURCE)): path.read_text() for path in SQL_FILES}

    assert any(LOCKED.search(text) for text in found.values())
    assert shared_locks(found) == {}


def test_a_shared_advisory_lock_is_found():
    assert shared_locks({"a": "select pg_try_advisory_lock(7)", "b": "select pg_advisory_xact_lock(7)"}) == {
        "7": ["a", "b"]
    }


# SQL

_SQL = re.compile(
    r"\b(select\b.+\b(from|where)\b|insert\s+into\b|update\s+\S+\s+set\b|delete\s+from\b|truncate\b"
    r"|(create|alter|drop)\s+(table|role|schema|database|index|function|policy|user)\b|grant\s+\S+\s+(on|to)\b)",
    re.IGNORECASE | re.DOTALL,
)
_ASKING = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "prepare", "cursor", "copy_from_query"}


def composed_sql(source: str) -> list[int]:
    """Lines with SQL put together from pieces: f-strings, format, % and +; and any f-string handed to the driver."""
    return sorted({node.lineno for node in ast.walk(ast.parse(source)) if _composes_sql(node)})


def _composes_sql(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr():
            return any(isinstance(part, ast.FormattedValue) for part in node.values) and bool(_SQL.search(_words(node)))
        case ast.BinOp(op=ast.Mod() | ast.Add()):
            return bool(_SQL.search(_words(node)))
        case ast.Call(func=ast.Attribute(attr="format")):
            return bool(_SQL.search(_words(node.func)))
        case ast.Call(func=ast.Attribute(attr=name), args=[ast.JoinedStr() | ast.BinOp(), *_]) if name in _ASKING:
            return True
    return False


def _words(node: ast.AST) -> str:
    return " ".join(
        part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_sql_is_never_made_of_pieces(path):
    assert composed_sql(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        'f"select * from {table}"',
        '"delete from client where uid = %s" % uid',
        '"insert into " + table + " values (1)"',
        '"update {} set a = 1".format(table)',
        'connection.fetchval(f"{statement}")',
        'f"drop table {name}"',
        'f"""create role {name}\n login"""',
    ],
)
def test_sql_made_of_pieces_is_found(source):
    assert composed_sql(source) == [1]


@pytest.mark.parametrize("source", ['f"choose {one} from here"', '"select 1 from a"', 'f"{n} from {m}"', '"a" + b'])
def test_other_strings_are_left_alone(source):
    assert composed_sql(source) == []


CODE_IN_DATA = re.compile(r"\b(pickle|marshal|shelve|dill)\b|yaml\.(unsafe_|full_)?load\b|(?<![\w.])(eval|exec)\(")


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_no_format_that_runs_code_is_read(path):
    assert CODE_IN_DATA.findall(path.read_text()) == []


NAMED = [path for path in [*SQL_FILES, SOURCE / "schema" / "migrate.sql"] if "-- name: " in path.read_text()]
OUTSIDE_THE_SCHEMA = {"cluster"}  # what is asked of another database, or before there are tables


@pytest.mark.parametrize("path", [path for path in NAMED if path.parent.name not in OUTSIDE_THE_SCHEMA], ids=name_of)
async def test_postgresql_understands_every_statement(owner, path):
    package = f"leadhall.{'.'.join(path.parent.relative_to(SOURCE).parts)}"

    for name, text in statements(package, path.name).items():
        try:
            await owner.prepare(text)
        except Exception as fault:
            raise AssertionError(f"{name}: {fault}") from fault


# secrets

_SECRET = re.compile(r"(^|_)(secret|token|password|passwd|signature|hmac|digest|checksum|mac|credential)s?$")


def compared_secrets(source: str) -> list[int]:
    """Lines that compare something called a secret with == or !=, whose time tells how much of it was right."""
    return sorted(
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Compare)
        and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops)
        and any(_SECRET.search(_last_name(side)) for side in (node.left, *node.comparators))
        and not any(isinstance(side, ast.Constant) for side in (node.left, *node.comparators))
    )


def _last_name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Call(func=func):
            return _last_name(func)
    return ""


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_secrets_are_not_compared_with_equals(path):
    assert compared_secrets(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    ["given == self._secret", "if row['password'] != password: pass", "x.digest() == y", "metrics_token == given"],
)
def test_a_compared_secret_is_found(source):
    assert compared_secrets(source) == [1]


def test_what_is_no_secret_may_be_compared():
    assert compared_secrets("token_uid == other; kind == 'token'; password == ''") == []
