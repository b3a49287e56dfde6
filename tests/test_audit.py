"""`make audit` asks about the very packages that are pinned, and fails for a hole and for a service that is silent."""

import gzip
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
ADVISORIES = "/-/npm/v1/security/advisories/bulk"
HOLE = {
    "id": 1,
    "url": "https://github.com/advisories/GHSA-none",
    "title": "Runs what it should show",
    "severity": "high",
    "vulnerable_versions": "<99.0.0",
    "cwe": [],
    "cvss": {"score": 8, "vectorString": None},
}


@pytest.fixture
def registry():
    """An npm registry that knows the holes it is told of; `asked` is what it was asked about."""

    class Registry(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            is_packed = self.headers.get("content-encoding") == "gzip"
            server.asked.append((self.path, json.loads(gzip.decompress(body) if is_packed else body)))
            self._tell(server.status, server.holes)

        def do_GET(self):
            name = self.path[1:].replace("%2f", "/")
            self._tell(200, {"name": name, "versions": {}, "dist-tags": {}})

        def _tell(self, status, told):
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_):
            """Nothing is said."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    server.asked, server.holes, server.status = [], {}, 200
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def audited(registry):
    env = os.environ | {
        "npm_config_registry": f"http://127.0.0.1:{registry.server_port}/",
        "npm_config_fetch_retries": "0",
    }
    command = [sys.executable, TOP / ".ci" / "audit_assets.py"]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)


def test_npm_is_asked_about_every_front_end_package_at_its_version(registry):
    listed = tomllib.loads((TOP / "assets.toml").read_text())["package"]
    told = audited(registry)

    assert (told.returncode, told.stderr) == (0, "")
    assert registry.asked == [(ADVISORIES, {each["name"]: [each["version"]] for each in listed})]


def test_a_hole_is_named_and_fails(registry):
    registry.holes = {"htmx.org": [HOLE]}
    told = audited(registry)

    assert told.returncode != 0
    assert "Runs what it should show" in told.stdout


def test_a_service_that_does_not_tell_fails(registry):
    registry.status = 405

    assert audited(registry).returncode != 0


def test_the_workflow_audits_weekly_by_the_same_command_and_runs_nothing_that_could_be_changed():
    workflow = (TOP / ".github" / "workflows" / "audit.yml").read_text()

    assert "run: make --keep-going audit\n" in workflow
    assert "cron:" in workflow
    assert re.findall(r"uses: (.+)", workflow)
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", each) for each in re.findall(r"uses: (.+)", workflow))
