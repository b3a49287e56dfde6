"""SECURITY.md's checklist: every control has its row, and every test and proof that a row names is there."""

import re

from proof.__main__ import HARNESSES

from tests.docs.pages import HOME

ROWS = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| (.+) \|$", (HOME / "SECURITY.md").read_text(), re.MULTILINE)
CONTROLS = 49
TESTS = {
    name
    for path in (HOME / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
}


def unproven(proof):
    """What is wrong with a row's last column: names that are not there, or neither a name nor what is open."""
    tests, proofs = re.findall(r"`(test_\w+)`", proof), re.findall(r"`make proof`: (\w+)", proof)
    absent = [*(name for name in tests if name not in TESTS), *(name for name in proofs if name not in HARNESSES)]
    return absent or ([] if tests or proofs or "**open**: " in proof else ["nothing"])


def test_each_of_the_controls_has_its_row():
    assert [int(number) for number, *_ in ROWS] == list(range(1, CONTROLS + 1))


def test_every_test_and_proof_that_the_checklist_names_is_there():
    assert {number: absent for number, _, _, proof in ROWS if (absent := unproven(proof))} == {}


def test_a_row_that_proves_nothing_is_found():
    assert unproven("`test_that_never_was`, `make proof`: hopes") == ["test_that_never_was", "hopes"]
    assert unproven("works") == ["nothing"]
    assert unproven("**open**: not built") == []
