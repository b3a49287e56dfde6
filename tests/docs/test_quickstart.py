"""The quickstart and the README's curl, typed into a shell beside a real demo."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from leadhall.cluster.place import Place
from leadhall.cluster.processes import living_in
from tests.cli.served import command, environment, served
from tests.docs.pages import HOME, Block, blocks

QUICKSTART = blocks((HOME / "docs" / "quickstart.md").read_text())
README = blocks((HOME / "README.md").read_text())
IDS = ("uid", "conversation_uid", "message_uid", "request_id")


@pytest.fixture(scope="module")
def clone():
    """A folder that stands for a clone: its `.venv` is the one of these tests."""
    folder = Path(tempfile.mkdtemp(prefix="lh-docs-"))
    folder.chmod(0o711)
    (folder / ".venv").symlink_to(sys.prefix)
    yield folder
    for pid in living_in(Place.of(folder / ".demo").home / "pg18"):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def demo(clone):
    """The demo of the quickstart's first block, served."""
    with served(clone, "demo", cwd=clone) as server:
        server.wait_for_words("Leadhall runs at")
        yield server
        server.stop(signal.SIGINT)


@pytest.fixture
def shell(clone, demo):
    """Types blocks one after the other, with the words in capitals put in; the last answer tells new ones."""
    return Shell(clone, demo.url)


class Shell:
    def __init__(self, clone, url):
        book = json.loads(command("demo", "--json", cwd=clone).stdout)
        self.clone, self.url = clone, url
        self.words = {
            "TOKEN": book["directory"]["website_token"],
            "STAFF_TOKEN": book["businesses"][0]["owner"]["token"],
        }

    def type(self, text):
        """What the block prints; fails when a command of it fails."""
        text = re.sub(r"\b[A-Z_]+\b", lambda word: self.words.get(word[0], word[0]), text)
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text.replace("http://127.0.0.1:8000", self.url)],
            cwd=self.clone,
            env=environment(PORT=self.url.rpartition(":")[2]),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, f"{text}\n{ran.stdout}{ran.stderr}"
        if (answer := answer_in(ran.stdout)) is not None:
            self.words |= {name.upper(): answer[name] for name in IDS if name in answer}
        return ran.stdout


def answer_in(printed):
    """The answer to a lead, if that is what was printed."""
    try:
        answer = json.loads(printed)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and "request_id" in answer else None


def without_ids(answer):
    return {name: "…" if name in IDS else value for name, value in answer.items()}


def test_the_first_command_is_make_run_which_serves_the_demo():
    recipe = re.search(r"^run:.*\n\t(.*)$", (HOME / "Makefile").read_text(), re.MULTILINE)

    assert QUICKSTART[0] == Block("sh", "make run\n")
    assert recipe
    assert recipe[1] == "@exec $(BIN)/leadhall demo"


def test_every_block_does_what_the_page_shows(shell):
    printed = ""
    shown = set()
    for block in QUICKSTART[1:]:
        if block.language == "sh":
            printed = shell.type(block.text)
        elif block.language == "json":
            assert without_ids(json.loads(block.text)) == without_ids(answer_in(printed))
        else:
            assert block.text in printed
        shown.add(block.language)

    assert shown == {"sh", "json", "text"}


def test_the_readmes_curl_gets_the_answer_that_it_shows(shell, demo):
    asked, _, answer = next(
        block.text for block in README if "curl" in block.text and block.language == "console"
    ).rpartition("\n{")
    asked = asked.removeprefix("$ ").replace("\\\n", " ")

    assert without_ids(json.loads("{" + answer)) == without_ids(answer_in(shell.type(asked)))
    assert asked.rpartition(" -d ")[2].strip() in demo.log.read_text()
