"""Exit codes, messages, and that nothing is loaded before it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module

import pytest

from leadhall import __version__
from leadhall.cli import DONE, FAILED, WRONG_USAGE
from leadhall.cli.tree import COMMANDS, build


def test_version_prints_the_version_alone(bare):
    ran = bare("version")

    assert (ran.code, ran.out) == (DONE, f"{__version__}\n")


@pytest.mark.parametrize(
    "wrong", [["versoin"], ["version", "now"], ["business", "create"], ["config", "show", "--jsn"]]
)
def test_wrong_usage_is_exit_code_2_on_stderr(bare, wrong):
    ran = bare(*wrong)

    assert (ran.code, ran.out) == (WRONG_USAGE, "")
    assert ran.err


def test_a_refusal_is_one_line_and_exit_code_1(run):
    ran = run("business", "show", "nobody", "--directory", "nowhere")

    assert (ran.code, ran.err) == (FAILED, "leadhall: Directory not found\n")


def test_an_unknown_setting_is_named_with_the_one_that_was_meant(bare, monkeypatch):
    monkeypatch.setenv("LEADHALL_PUBLIK_URL", "https://leads.example.com")

    ran = bare("config", "show")

    assert ran.code == FAILED
    assert "LEADHALL_PUBLIK_URL is not a setting of Leadhall: did you mean LEADHALL_PUBLIC_URL?" in ran.err


def test_a_database_that_is_away_is_said_without_a_traceback(bare, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"postgresql:///leadhall?host={tmp_path}")

    ran = bare("business", "list")

    assert ran.code == FAILED
    assert ran.err.startswith("leadhall: ")
    assert "Traceback" not in ran.err


def test_a_folder_without_leadhall_says_what_to_do(bare, monkeypatch, tmp_path):
    monkeypatch.setenv("LEADHALL_DATA", str(tmp_path / "data"))

    ran = bare("business", "list")

    assert ran.code == FAILED
    assert "leadhall init" in ran.err
    assert not (tmp_path / "data").exists()


def test_without_a_named_folder_the_chosen_one_is_told_on_stderr(bare, tmp_path):
    (tmp_path / ".demo").mkdir()

    ran = bare("business", "list")

    assert f"data folder: {tmp_path / '.demo'} (./.demo is here)" in ran.err


def test_every_command_of_the_table_can_be_loaded():
    app = build()

    assert [app[name].help for name, _, _ in COMMANDS]


def test_help_lists_every_command_without_loading_any(bare):
    ran = bare("--help")

    assert ran.code == DONE
    assert all(name in ran.out for name, _, _ in COMMANDS)


def test_version_loads_neither_the_database_driver_nor_the_server():
    loaded = "import sys; from leadhall.cli import main; main(['version']); print(*sys.modules)"

    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)

    assert not {"asyncpg", "granian", "starlette", "aiohttp"} & set(answer.stdout.split())


def test_a_reader_who_stops_reading_is_no_error(database_url):
    script = "import sys; from leadhall.cli import main; sys.exit(main(['config', 'show']))"
    ours, theirs = os.pipe()
    os.close(ours)

    ran = subprocess.run([sys.executable, "-c", script], stdout=theirs, stderr=subprocess.PIPE, text=True, check=False)
    os.close(theirs)

    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(("name", "target", "told"), [each for each in COMMANDS if each[1].endswith(":app")])
def test_a_noun_tells_the_same_of_itself_whether_its_module_is_loaded_or_not(name, target, told):
    module, _, app = target.partition(":")

    assert getattr(import_module(f"leadhall.cli.{module}"), app).help == told, name
