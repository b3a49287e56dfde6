"""The trace in plain words."""

from leadhall.intake.explain import Status, Term, decisions, explain
from leadhall.intake.facts import Receipt, lead_reply

NEW = {"by": "email", "created": True, "reader": True}
KNOWN = {"by": "email", "created": False, "reader": True, "may_fill": True}
LABELS = {"f1": "Budget"}


def test_a_new_client_is_told_with_the_reason():
    assert explain(NEW)[0] == "A new client was made: nobody had this email address yet."


def test_every_decision_about_a_known_client_has_its_sentence():
    facts = KNOWN | {
        "second_key": "clash",
        "filled": ["phone", "f1"],
        "same": ["first_name"],
        "suggested": ["last_name", "tags", "tags"],
        "tags_added": ["web"],
        "status_from": "lead",
        "status_to": "customer",
        "notifications": ["email", "sms"],
        "warnings": [["cut", "address", "address was cut"]],
    }

    assert explain(facts, LABELS) == [
        "An existing client was found by email address.",
        "The unique id that came with it belongs to another client: the two were noted as perhaps one person.",
        "Blank on the card and filled: phone and Budget.",
        "Already on the card as sent: first name.",
        "Not changed but suggested: last name and tags; the card says otherwise, and what is there never changes.",
        "Tags added: web.",
        "The status moved from lead to customer.",
        "Asked for: an email to the owner and a text to the owner.",
        "Note: address was cut.",
    ]


def test_who_may_not_read_clients_does_not_learn_whether_one_was_there():
    facts = NEW | {"reader": False, "warnings": [["cut", "address", "m"], ["cleaned", "phone", "m"]]}
    reply = lead_reply(Receipt("c", "v", "m", "r", facts))

    assert (reply["created"], reply["matched_by"]) == (None, None)
    assert [warning["code"] for warning in reply["warnings"]] == ["cleaned"]


def test_a_sentence_still_knows_what_is_ours_in_it_to_translate():
    filled, moved = decisions(
        KNOWN | {"filled": ["phone", "f1"], "status_from": "lead", "status_to": "customer"}, LABELS
    )[1:3]

    assert [isinstance(each, Term) for each in filled.values["fields"]] == [True, False]
    assert moved.values == {"was": Status("lead"), "becomes": Status("customer")}
