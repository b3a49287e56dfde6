"""The auto-reply is not a spam cannon."""

from dataclasses import replace

import pytest

from leadhall.dispatch.greeting import A_BUSINESS_AND_HOUR, AN_ADDRESS_AND_DAY, Tally, greeting_of, is_machine
from tests.dispatch.test_notices import a_lead


def a_greeted(email="dana@example.com", *, business_id=1, **more):
    return replace(a_lead("auto-reply", **more), contact={"email": email}, business_id=business_id)


def greet(lead, tally, *, is_closed=False):
    planned = greeting_of(lead, tally, is_closed=is_closed)
    return planned and (planned.state, planned.reason)


def test_a_lead_is_greeted_once_an_hour_by_one_business():
    tally = Tally()

    assert greet(a_greeted(), tally) == ("waiting", None)
    assert greet(a_greeted("DANA@Example.com"), tally) == ("skipped", "greeted_this_hour")
    assert greet(a_greeted(business_id=2), tally) == ("waiting", None)


def test_an_address_is_greeted_five_times_a_day_by_all_together():
    tally = Tally()
    answers = [greet(a_greeted(business_id=n), tally) for n in range(AN_ADDRESS_AND_DAY + 1)]

    assert answers[-2:] == [("waiting", None), ("skipped", "greeted_too_often")]


def test_past_sixty_an_hour_greetings_of_a_business_are_held_for_somebody_to_release():
    tally = Tally()
    planned = [
        greeting_of(a_greeted(f"p{n}@example.com"), tally, is_closed=False) for n in range(A_BUSINESS_AND_HOUR + 1)
    ]

    assert [each.reason for each in planned] == [None] * A_BUSINESS_AND_HOUR + ["held"]
    assert (planned[-1].state, planned[-1].after_s) == ("waiting", None)


def test_who_is_suppressed_or_held_as_spam_is_not_greeted():
    assert greet(a_greeted(), Tally(), is_closed=True) == ("suppressed", "suppressed")
    assert greet(a_greeted(held=True), Tally()) == ("skipped", "held")


def test_without_an_address_there_is_nothing_to_say():
    assert greet(replace(a_lead("auto-reply"), contact={"phone": "1"}), Tally()) is None


@pytest.mark.parametrize(
    "local",
    ["noreply", "No-Reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "MAILER-DAEMON", "mailerdaemon",
     "postmaster", "abuse", "bounce", "bounces", "bounces+1=a.example", "x-bounces", "list-bounces+7", "acme.noreply",
     "noreply-123"],
)  # fmt: skip
def test_machines_are_not_greeted(local):
    assert is_machine(f"{local}@example.com")
    assert greet(a_greeted(f"{local}@example.com"), Tally()) == ("skipped", "no_person")


@pytest.mark.parametrize("local", ["dana", "norepley", "reply", "abused", "bouncer", "postmasters.wife", "info"])
def test_people_are(local):
    assert not is_machine(f"{local}@example.com")
