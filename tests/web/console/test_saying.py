"""What rooms refuse with and how leads were decided, in the reader's language; no message of theirs is forgotten."""

import ast
import re
from pathlib import Path

import pytest

from leadhall.intake.explain import decisions
from leadhall.web.console.saying import recognised, say, say_again
from leadhall.web.console.words import LANGUAGES, words_for
from tests.web.leads import send_lead

LEADHALL = Path(__file__).parents[3] / "src" / "leadhall"
REACHED = (
    "clients/*.py", "conversations/*.py", "inbound/held.py", "intake/*.py", "forms/answers.py", "forms/suspicion.py",
    "requestlog/read.py", "tenancy/form_keys.py", "tenancy/passwords.py", "tenancy/preferences.py",
    "tenancy/reading.py", "tenancy/staff.py", "tenancy/users.py", "web/api/**/wire.py", "web/console/**/*.py",
    "web/form.py", "web/limits.py", "web/live.py", "web/router.py", "web/signed_in.py",
)  # fmt: skip
"""Rooms whose refusals an owner can meet on a page."""
PLACE_OF = {
    "Invalid": 0, "NotFound": 0, "Unauthorized": 0, "Unreadable": 0, "AlreadyExists": 0, "Forged": 0, "Busy": 1,
    "Fault": 1, "CannotHold": 0, "warn": 1, "ValueError": 0,
}  # fmt: skip
"""Which argument of what makes a refusal, a warning or a reason is its message."""
NEVER_MET = {
    "Unauthorized",
    "forms must be of: x; not x",
    "object_type must be contact or matter",
    "type must be one of: x",
    "default_value cannot be: x",
    "There is no field x",
    "x: x",
    "x x",
    "uid x is already taken",
    "Name must be true or false",
}
"""What no page can bring about: it sends no such field, or offers no other choice."""


def messages():
    """Every message that can be read off the source, its places filled with an x."""
    for pattern in REACHED:
        for file in sorted(LEADHALL.glob(pattern)):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    yield from _told_by(node)


def _told_by(call):
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", None)
    place = PLACE_OF.get(name)
    if place is not None and len(call.args) > place:
        text = _text(call.args[place])
        if text is not None:
            yield f"Name {text}" if name == "ValueError" else text


def _text(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "x" for each in node.values)
    return None


def test_no_message_that_an_owner_can_meet_is_without_its_sentence():
    found = {*messages()}

    assert len(found) > 100
    assert {each for each in found if recognised(each) is None} - NEVER_MET == set()


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Mandatory parameter first_name is missing", "Es fehlt: Vorname"),
        ("A client has at most 200 tags", "Ein Kunde hat höchstens 200 Tags"),
        (
            "Budget cannot be this: none of its options",
            "Budget: dieser Wert ist nicht möglich (keine seiner Möglichkeiten)",
        ),
        (
            "email is longer than 320 bytes; it was kept in the message",
            "E-Mail-Adresse: länger als 320 Bytes; es steht in der Nachricht",
        ),
        ("Whatever a provider said", "Whatever a provider said"),
    ],
)
def test_a_refusal_is_said_again_with_what_it_names(message, said):
    assert say_again(message, words_for("de")) == said


def test_a_decision_lists_and_names_things_as_its_reader_does():
    facts = {"by": "email", "created": False, "filled": ["phone", "f1"], "status_from": "lead", "status_to": "customer"}
    _, filled, moved, _ = (
        say(each, words_for("de"), {"customer": "Stammkunde"}) for each in decisions(facts, {"f1": "Budget"})
    )

    assert filled == "War auf der Karte leer und wurde ausgefüllt: Telefon und Budget."
    assert moved == "Der Status ging von Lead auf Stammkunde."


@pytest.mark.parametrize("language", sorted(LANGUAGES))
async def test_the_trace_and_a_refusal_speak_the_readers_language(language, ann, ask, owner, world):
    await owner.execute("update app_user set locale = $1 where email = 'ann@acme.example'", language)
    told = await send_lead(ask, world.first.token, first_name="Uma")
    words = words_for(language)

    page = await ann.text(f"/inbox/{told['conversation_uid']}")
    assert words("A new client was made: nobody had this email address yet.") in page
    assert 'class="trace" lang' not in page
    refusal = await ann.text("/inbox/0m5x4kq000000000", status=404)
    assert words("There is no such conversation") in refusal
    assert re.search(rf'<html lang="{language}"', refusal)
