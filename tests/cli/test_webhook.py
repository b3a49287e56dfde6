"""Webhooks by command."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager

import pytest
from standardwebhooks import Webhook

from leadhall.cli import DONE, FAILED, WRONG_USAGE
from tests.webhooks.receiving import receiving

URL = "https://example.com/hook"


@pytest.fixture(autouse=True)
def data(bare, monkeypatch, tmp_path):
    monkeypatch.setenv("LEADHALL_DATA", str(tmp_path / "data"))


@pytest.fixture
def business(run):
    directory = run("directory", "create", "Acme", "--json").json["uid"]
    return run("business", "create", "Joe", "--directory", directory, "--json").json["uid"]


@pytest.fixture
def made(run, business):
    def made(url=URL):
        ran = run("webhook", "create", url, "--business", business, "--event", "lead/created", "--json")
        assert ran.code == DONE, ran.err
        return ran.json

    return made


@contextmanager
def a_receiver():
    """In a thread of its own, as commands have their own loop."""
    loop, ready, found = asyncio.new_event_loop(), threading.Event(), []
    done = asyncio.Event()

    async def serve():
        async with receiving() as receiver:
            found.append(receiver)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


def test_an_endpoint_is_made_listed_and_deleted(run, business, made):
    endpoint = made()

    assert endpoint["secret"].startswith("whsec_")
    [row] = run("webhook", "list", business, "--json").json
    assert (row["id"], row["events"], row["state"]) == (endpoint["id"], ["lead/created"], "on")
    assert "secret" not in row
    assert run("webhook", "delete", str(endpoint["id"])).code == DONE
    assert run("webhook", "list", business, "--json").json == []
    assert run("webhook", "delete", str(endpoint["id"])).code == FAILED


def test_an_endpoint_of_a_whole_directory(run):
    directory = run("directory", "create", "Wide", "--json").json["uid"]
    made = run("webhook", "create", URL, "--directory", directory, "--event", "client", "--json")

    assert made.json["owner"] == "directory"
    assert set(made.json["events"]) == {"client/created", "client/updated"}


def test_what_cannot_be_is_refused(run, business):
    assert run("webhook", "create", URL, "--business", business, "--event", "no/such").code == WRONG_USAGE
    assert run("webhook", "create", "http://10.0.0.1/", "--business", business, "--event", "client").code == FAILED
    assert run("webhook", "rotate", "999999", "--grace", "1h").code == FAILED


def test_a_secret_is_rotated_and_an_endpoint_switched_on(run, made):
    endpoint = made()
    id_ = str(endpoint["id"])

    assert run("webhook", "rotate", id_, "--json").json["secret"] != endpoint["secret"]
    assert run("webhook", "activate", id_).code == DONE
    assert run("webhook", "redeliver", id_, "--within", "1d").err == "0 deliveries are due\n"
    assert "webhook" in run("webhook", "test", id_).err


def test_samples_are_what_is_sent(run):
    listed = run("webhook", "samples", "--json").json

    assert run("webhook", "samples", "lead/created").json == listed[0]["sample"]


def test_a_test_at_once_says_what_the_receiver_said(run, made, monkeypatch):
    monkeypatch.setenv("LEADHALL_WEBHOOK_ALLOW", "127.0.0.1")
    with a_receiver() as receiver:
        endpoint = made(receiver.url)
        ran = run("send-test", "webhook", str(endpoint["id"]), "--event", "client/updated")

        assert (ran.code, ran.err) == (DONE, "taken: 200 heard\n")
        [came] = receiver.came
        assert Webhook(endpoint["secret"]).verify(came.body, came.headers)["data"]["is_test"] is True

        receiver.answers = [500]
        ran = run("send-test", "webhook", str(endpoint["id"]))
        assert ran.code == FAILED
        assert "500 heard" in ran.err
        found = {each["name"]: each for each in run("doctor", "--json").json}["webhooks"]
        assert found["state"] == "watch"
        assert receiver.url in found["found"]
