import pytest

from leadhall.inbound.texts.keywords import command_of


@pytest.mark.parametrize(
    "text",
    ["STOP", " stop ", "Stop!", "StopAll", "quit", "End.", "REVOKE", "opt out", "Opt-Out", "cancel", "unsubscribe"],
)
def test_these_say_stop(text):
    assert command_of(text) == "stop"


@pytest.mark.parametrize(("text", "command"), [("START", "start"), ("unstop", "start"), ("Help?", "help")])
def test_these_say_start_and_help(text, command):
    assert command_of(text) == command


@pytest.mark.parametrize(
    "text", ["stop by on Monday", "Please cancel my appointment", "can you help me", "the end", "yes", "", "ⓢtop it"]
)
def test_a_sentence_is_a_message(text):
    assert command_of(text) is None
