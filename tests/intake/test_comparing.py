"""Two decisions about one request, side by side."""

from leadhall.intake.comparing import Line, compared

NEW = {"by": "email", "created": True}
KNOWN = {"by": "email", "created": False, "same": ["first_name"]}
REFUSED = {"faults": [{"code": "missing", "field": "email", "message": "Mandatory parameter email is missing"}]}
ASKED = "No notices were asked for; it waits in the inbox, unread."


def test_the_same_decisions_stand_once():
    assert {line.side for line in compared(NEW, NEW)} == {"both"}


def test_what_differs_stands_on_its_side():
    assert compared(NEW, KNOWN) == [
        Line("then", "A new client was made: nobody had this email address yet."),
        Line("now", "An existing client was found by email address."),
        Line("now", "Already on the card as sent: first name."),
        Line("both", ASKED),
    ]


def test_a_refusal_tells_its_faults():
    assert compared(REFUSED, NEW)[0] == Line("then", "Refused: Mandatory parameter email is missing.")
