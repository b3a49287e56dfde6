"""The demo from the first run to the second: what `make run` does."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from leadhall.cli.demo.callers import callers, fill
from leadhall.cluster.place import Place, demo_home
from leadhall.cluster.processes import living_in
from tests.cli.served import command, served
from tests.cluster.watching import left_in

READY = "Leadhall runs at"
LEAD = {"identifier_type": "email", "email": "kim@example.com", "first_name": "Kim", "request_title": "Hi"}


@contextmanager
def empty_clone():
    """An empty folder that PostgreSQL's user can reach, standing for a clone."""
    folder = Path(tempfile.mkdtemp(prefix="lh-demo-"))
    folder.chmod(0o711)
    yield folder
    for pid in living_in(Place.of(folder / ".demo").home / "pg18"):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def clone():
    with empty_clone() as folder:
        yield folder


@pytest.fixture(scope="module")
def made():
    """A clone whose demo was made by `--json`, and what that told."""
    with empty_clone() as folder:
        yield folder, told(command("demo", "--json", cwd=folder))


def told(ran):
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def shape(value):
    """Keys all the way down."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    return [shape(each) for each in value] if isinstance(value, list) else type(value).__name__


def test_a_demo_from_first_run_to_second(clone):
    """One story, as each start costs seconds: examples sent once, tokens that work, data that stays."""
    with served(clone, "demo", cwd=clone) as server:
        server.wait_for_words(READY)
        first_words = server.log.read_text()
        book = told(command("demo", "--json", cwd=clone))
        other_port = told(command("demo", "--json", cwd=clone, PORT=9999))["url"]
        status, lead = server.post("/platform/v1/leadgen", book["businesses"][0]["owner"]["token"], LEAD)
        who = server.get("/oauth/userinfo", {"Authorization": f"Bearer {book['client_token']}"})
        sent = command(
            "lead",
            "send",
            "--email",
            "li@example.com",
            "--first-name",
            "Li",
            cwd=clone,
            PORT=server.url[-5:].strip(":"),
        )

        assert first_words.count("  201  ") == len(list(callers({})))
        assert book["url"] == server.url
        assert other_port == "http://127.0.0.1:9999"
        assert status == 201
        assert (who[0], who[1]["sub"]) == (200, book["businesses"][0]["client_uid"])
        assert sent.returncode == 0, sent.stderr
        assert server.stop(signal.SIGINT) == 0
    assert left_in(clone / ".demo" / "pg18") == []
    assert stat.S_IMODE((clone / ".demo" / "demo.json").stat().st_mode) == 0o600

    with served(clone, "demo", cwd=clone) as again:
        again.wait_for_words(READY)

        assert "  201  " not in again.log.read_text()
        assert told(command("demo", "--json", cwd=clone)) == book | {"url": again.url}
        assert again.stop(signal.SIGINT) == 0

    shown = told(command("lead", "show", lead["uid"], "--json", cwd=clone))
    assert [each["title"] for each in shown] == ["Hi"]


def test_programs_get_the_demo_without_a_server(made):
    clone, book = made

    text = "str"
    owner = {"uid": text, "token": text}
    business = {"uid": text, "nickname": text, "external_reference_id": text, "owner": owner, "form_key": text}
    assert shape(book) == {
        "url": text,
        "directory": {"uid": text, "id": "int", "token": text, "website_token": text},
        "other_directory": {"uid": text, "token": text, "business_uid": text},
        "businesses": [business | {"client_uid": text}] * 2,
        "app": {"uid": text, "client_id": text, "client_secret": text, "token": text},
        "client_token": text,
    }
    assert left_in(clone / ".demo" / "pg18") == []


def test_each_business_of_the_demo_has_a_client_that_came_through_intake(made):
    clone, book = made

    for business in book["businesses"]:
        shown = told(command("lead", "show", business["client_uid"], "--json", cwd=clone))
        assert [each["business_uid"] for each in shown] == [business["uid"]]


def test_the_same_demo_is_told_again(made):
    clone, book = made

    assert told(command("demo", "--json", cwd=clone)) == book


def test_a_lost_book_or_cluster_makes_a_new_demo(clone):
    books = [told(command("demo", "--json", cwd=clone))]
    (clone / ".demo" / "demo.json").unlink()
    books.append(told(command("demo", "--json", cwd=clone)))
    shutil.rmtree(clone / ".demo" / "pg18")
    books.append(told(command("demo", "--json", cwd=clone)))

    assert len({book["directory"]["uid"] for book in books}) == 3


@pytest.mark.parametrize("name", ["DATABASE_URL", "LEADHALL_OWNER_URL", "LEADHALL_INTAKE_URL"])
def test_no_demo_is_made_on_a_database_of_ones_own(bare, monkeypatch, name):
    monkeypatch.setenv(name, "postgresql://nowhere/none")

    ran = bare("demo", "--json")

    assert ran.code == 1
    assert "never made on a database given by DATABASE_URL" in ran.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's PostgreSQL runs as another user")
def test_in_a_folder_that_postgresql_cannot_reach_the_cluster_lies_elsewhere(clone):
    clone.chmod(0o700)
    home = demo_home(clone / ".demo")
    try:
        book = told(command("demo", "--json", cwd=clone))

        assert (home / "pg18" / "PG_VERSION").is_file()
        assert (clone / ".demo" / "cluster-path").read_text().strip() == str(home)
        assert told(command("business", "list", "--json", cwd=clone))[0]["uid"] == book["businesses"][0]["uid"]
    finally:
        shutil.rmtree(home, ignore_errors=True)


def test_the_examples_are_filled_to_the_last_brace():
    words = dict.fromkeys(
        ("staff_token", "directory_token", "app_token", "business_uid", "business_nickname"), "filled"
    )

    texts = [repr(each.post) for each in callers(words)]

    assert len(texts) == 9
    assert not any("{" + word in text for text in texts for word in (*words, "unique"))


def test_braces_that_are_no_words_stay():
    assert fill({"{a}": ["{a}", 1, "{b}"]}, {"a": "x"}) == {"x": ["x", 1, "{b}"]}
