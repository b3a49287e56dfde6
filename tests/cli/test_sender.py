"""`leadhall sender`: set, shown in the DNS, then trusted; secrets by stdin and never printed."""

import pytest

from tests.notify.dns_server import name_server


@pytest.fixture(scope="module")
def names():
    """A name for each test's business: they share a database."""
    return iter(f"sender.{n}" for n in range(100))


@pytest.fixture
def acme(run, names, monkeypatch):
    monkeypatch.setenv("LEADHALL_SECRET_KEY", "the key of this test")
    directory = run("directory", "create", next(names), "--json").json["uid"]
    name = next(names)
    run("business", "create", name, "--directory", directory, "--nickname", name)
    return name, directory


def of(acme):
    return "--business", acme[0], "--directory", acme[1]


def test_a_domain_is_set_checked_and_then_trusted(run, acme):
    told = run("sender", "set", *of(acme), "--from", "Acme <desk@acme.example>", "--spf", "include:spf.relay.example")
    assert told.code == 0, told.err
    records = {line.split()[1]: line.split("TXT", 1)[1].strip() for line in told.out.splitlines()}
    assert set(records) == {"acme.example", "leadhall._domainkey.acme.example", "_dmarc.acme.example"}

    shown = {name: [text] for name, text in records.items()}
    with name_server({}) as before, name_server(shown) as after:
        missing = run("sender", "check", *of(acme), "--nameserver", f"127.0.0.1:{before}")
        found = run("sender", "check", *of(acme), "--nameserver", f"127.0.0.1:{after}", "--json")
    assert (missing.code, found.code) == (1, 0)
    assert "in the name of the parent" in missing.err
    assert [each["good"] for each in found.json] == [True] * 3
    [listed] = [each for each in run("sender", "list", "--json").json if each["sends_as"] == "desk@acme.example"]
    assert listed["verified_at"] is not None


def test_secrets_come_by_stdin_and_are_printed_nowhere(run, acme):
    account = ("--twilio-account", "AC" + "1" * 32, "--number", "+1 500 555 0006", "--a2p", "registered")
    told = run("sender", "set", *of(acme), *account, "--secret-stdin", stdin="s3cret-t0ken\n")
    relay = run(
        "sender",
        "set",
        *of(acme),
        "--smtp",
        "smtp://me@relay.example:465?tls=implicit",
        "--secret-stdin",
        stdin="s3cret-pass\n",
    )

    assert (told.code, relay.code) == (0, 0), told.err + relay.err
    listed = run("sender", "list", "--json").out
    assert "+15005550006" in listed
    assert "relay.example" in listed
    assert not any("s3cret" in text for text in (told.out, told.err, relay.out, relay.err, listed))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--from", "nobody"), "--from nobody"),
        (("--smtp", "http://relay.example"), "--smtp"),
        (("--number", "12"), "E.164"),
        (("--twilio-account", "AC1"), "stdin"),
    ],
)
def test_what_cannot_be_is_wrong_usage(run, acme, options, words):
    told = run("sender", "set", *of(acme), *options)

    assert told.code == 2
    assert words in told.err


def test_the_installations_own_stands_in_the_settings(run, acme):
    told = run("sender", "set", "--from", "x@host.example")

    assert told.code == 2
    assert "LEADHALL_MAIL_FROM" in told.err


def test_a_value_is_taken_away_by_none(run, acme):
    run("sender", "set", *of(acme), "--number", "+15005550007")
    told = run("sender", "set", *of(acme), "--number", "none")

    assert told.code == 0, told.err
    assert "+15005550007" not in run("sender", "list", "--json").out


def test_without_a_from_there_is_nothing_to_check(run, acme):
    told = run("sender", "check", *of(acme))

    assert told.code == 1
    assert "sender set" in told.err


def test_a_name_server_that_is_away_changes_nothing(run, acme, monkeypatch):
    monkeypatch.setattr("leadhall.notify.dns_records.ANSWER_WITHIN_S", 0.2)
    run("sender", "set", *of(acme), "--from", "desk@acme.example")
    told = run("sender", "check", *of(acme), "--nameserver", "127.0.0.1:1")

    assert told.code == 1
    assert "does not answer" in told.err
