import pytest

from leadhall.inbound.letters.automatic import why_automatic
from leadhall.inbound.letters.mime import read_letter
from tests.inbound.letters.written import a_mail


@pytest.mark.parametrize(
    ("headers", "sign"),
    [
        ({"Auto_Submitted": "auto-replied (vacation)"}, "auto_submitted"),
        ({"Auto_Submitted": "auto-generated"}, "auto_submitted"),
        ({"Precedence": "bulk"}, "precedence"),
        ({"Precedence": "auto_reply"}, "precedence"),
        ({"List_Id": "<x.example>"}, "list"),
        ({"X_Autoreply": "yes"}, "auto_reply"),
        ({"X_Autorespond": ""}, "auto_reply"),
        ({"Received": ["from a by b"] * 26}, "hops"),
        ({"From": "no-reply@home.example"}, "no_person"),
        ({"From": "MAILER-DAEMON@home.example"}, "no_person"),
        ({"Return_Path": "<>"}, "no_person"),
    ],
    ids=str,
)
def test_a_machine_gives_itself_away(headers, sign):
    assert why_automatic(read_letter(a_mail(**headers)), envelope_from=None) == sign


def test_the_empty_sender_of_the_envelope_is_a_machine():
    assert why_automatic(read_letter(a_mail()), envelope_from="") == "no_person"


@pytest.mark.parametrize(
    "headers", [{}, {"Auto_Submitted": "no"}, {"Precedence": "normal"}, {"Return_Path": "<a@b.c>"}]
)
def test_a_persons_mail_is_a_persons(headers):
    assert why_automatic(read_letter(a_mail(**headers)), envelope_from="dana@home.example") is None
