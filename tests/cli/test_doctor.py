"""Doctor finds what is wrong, with what mends it."""

from __future__ import annotations

from leadhall.cli import DONE, FAILED


def findings(ran):
    return {finding["name"]: finding for finding in ran.json}


def test_each_finding_that_is_not_fine_has_a_remedy(run):
    ran = run("doctor", "--json")

    assert all(finding["remedy"] for finding in ran.json if finding["state"] != "fine")


def test_a_database_that_may_lose_leads_is_wrong(run):
    """The test database runs with fsync off, for speed."""
    ran = run("doctor", "--json")

    assert ran.code == FAILED
    assert findings(ran)["fsync"]["state"] == "wrong"


def test_a_migrated_database_with_roles_has_two_walls(run):
    found = findings(run("doctor", "--json"))

    assert found["migrations"]["state"] == "fine"
    assert found["walls"]["found"].startswith("two")


def test_secrets_that_others_can_read_are_wrong(run, monkeypatch, tmp_path):
    (tmp_path / "secret_key").write_bytes(b"x")
    (tmp_path / "secret_key").chmod(0o644)
    monkeypatch.setenv("LEADHALL_DATA", str(tmp_path))

    found = findings(run("doctor", "--json"))["secret_key"]

    assert (found["state"], found["remedy"]) == ("wrong", f"chmod 600 {tmp_path / 'secret_key'}")


def test_http_on_the_open_network_is_wrong(run, monkeypatch):
    monkeypatch.setenv("LEADHALL_PUBLIC_URL", "http://leads.example.com")

    assert findings(run("doctor", "--json"))["public url"]["state"] == "wrong"


def test_a_proxy_that_is_not_named_is_watched(run, monkeypatch):
    monkeypatch.setenv("LEADHALL_PUBLIC_URL", "https://leads.example.com")

    assert findings(run("doctor", "--json"))["listening"]["state"] == "watch"


def test_the_flag_that_allows_losing_leads_is_wrong(run, monkeypatch):
    monkeypatch.setenv("LEADHALL_ALLOW_UNSAFE_DURABILITY", "yes")

    assert findings(run("doctor", "--json"))["unsafe flag"]["state"] == "wrong"


def test_no_database_is_a_finding_not_a_crash(bare, monkeypatch, tmp_path):
    monkeypatch.setenv("LEADHALL_DATA", str(tmp_path / "none"))

    ran = bare("doctor", "--json")

    assert ran.code == FAILED
    assert findings(ran)["database"]["remedy"].startswith("leadhall init")


def test_people_get_a_line_for_each_finding(run):
    ran = run("doctor")

    assert "WRONG" in ran.out
    assert "->" in ran.out
    assert ran.code != DONE
