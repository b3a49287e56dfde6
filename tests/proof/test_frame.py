"""The frame of the proofs: what misses a target, or has no control that is caught, fails."""

import json

import pytest
from proof.frame import Run, run_harness

from proof import __main__ as proof_main


def good(run):
    run.count(leads=3)
    run.expect("0 lost", True)
    run.control("a row deleted", caught=True, lost=1)


def misses_a_target(run):
    good(run)
    run.expect("0 lost", False)


def has_a_blind_control(run):
    run.control("a row deleted", caught=False)


def has_no_control(run):
    run.count(leads=3)


def breaks_off(run):
    good(run)
    raise RuntimeError("no database")


def test_a_proof_that_holds_tells_its_counts_its_seed_and_its_controls():
    result = run_harness("good", good, 7)

    assert (result["ok"], result["seed"], result["leads"], result["missed"]) == (True, 7, 3, [])
    assert result["controls"] == {"a row deleted": {"caught": True, "lost": 1}}


@pytest.mark.parametrize(
    ("prove", "words"),
    [
        (misses_a_target, "0 lost"),
        (has_a_blind_control, "control not caught: a row deleted"),
        (has_no_control, "no control was run"),
        (breaks_off, "broke off: RuntimeError: no database"),
    ],
)
def test_a_proof_fails_by_its_target_its_control_and_its_own_fault(prove, words):
    result = run_harness("bad", prove, 7)

    assert (result["ok"], result["missed"]) == (False, [words])


def test_what_a_machine_does_not_let_us_do_is_no_success_and_says_so():
    result = run_harness("disk", lambda run: run.cannot("only root can mount"), 7)

    assert (result["ok"], result["not_run"], result["missed"]) == (None, "only root can mount", [])


@pytest.mark.parametrize(("harness", "code"), [(good, 0), (misses_a_target, 1), (has_a_blind_control, 1)])
def test_the_exit_code_tells_whether_all_held(monkeypatch, capsys, harness, code):
    monkeypatch.setattr(proof_main, "HARNESSES", {"good": __name__, "other": __name__})
    monkeypatch.setattr(f"{__name__}.prove", harness, raising=False)

    assert proof_main.main(["--seed", "7"]) == code
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["proof"], line["seed"]) for line in lines] == [("good", 7), ("other", 7)]


def test_a_seed_draws_the_same_again_and_each_purpose_for_itself(tmp_path):
    run = Run("crash", 7, tmp_path)

    assert run.chance("faults").random() == Run("crash", 7, tmp_path).chance("faults").random()
    assert run.chance("faults").random() != run.chance("clients").random()
