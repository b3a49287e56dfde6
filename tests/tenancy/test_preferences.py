"""What members of staff want to hear of, and when not."""

from datetime import UTC, datetime

import pytest

from leadhall.core.errors import Invalid, NotFound
from leadhall.tenancy.preferences import Preferences, preferences_of, set_preferences

NIGHTS = Preferences(quiet_from="22:00", quiet_until="07:00")
LUNCH = Preferences(quiet_from="12:00", quiet_until="13:30")
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("preferences", "at", "hours"),
    [
        (NIGHTS, "2026-01-10T21:30", 8.5),  # 22:30 in Berlin
        (NIGHTS, "2026-01-10T05:00", 1),
        (NIGHTS, "2026-01-10T06:00", 0),
        (NIGHTS, "2026-01-10T20:59", 0),
        (LUNCH, "2026-01-10T11:30", 1),
        (LUNCH, "2026-01-10T12:30", 0),
        (NIGHTS, "2026-03-28T22:00", 7),  # the night that is an hour shorter
        (Preferences(), "2026-01-10T02:00", 0),
    ],
)
def test_quiet_hours_are_told_in_the_members_own_clock(preferences, at, hours):
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)

    assert preferences.quiet_for_s(moment, BERLIN) == hours * 3600


def test_their_own_zone_goes_before_the_businesss():
    tokyo = Preferences(quiet_from="22:00", quiet_until="07:00", time_zone="Asia/Tokyo")

    assert tokyo.quiet_for_s(datetime(2026, 1, 10, 21, tzinfo=UTC), BERLIN) == 3600


async def test_what_is_changed_is_kept_and_the_rest_stays(owner, world):
    about = (world.first.id, world.first.owner)
    await set_preferences(
        owner, *about, {"sms": False, "quiet_from": "22", "quiet_until": "07:00", "time_zone": "Berlin"}
    )
    wanted = await set_preferences(owner, *about, {"leads": "all", "quiet_from": None})

    assert wanted == Preferences(sms=False, leads="all", quiet_from="22:00", quiet_until="07:00", time_zone=BERLIN)
    stored = await owner.fetchval("select preferences from staff where uid = $1", world.first.owner)
    assert preferences_of(stored) == wanted


async def test_quiet_hours_are_taken_away_by_blanks(owner, world):
    about = (world.first.id, world.first.owner)
    await set_preferences(owner, *about, {"quiet_from": "22:00", "quiet_until": "07:00"})

    assert await set_preferences(owner, *about, {"quiet_from": "", "quiet_until": ""}) == Preferences()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "maybe", "leads": "some", "quiet_from": "late", "time_zone": "Atlantis"}, 4),
        ({"quiet_from": "22:00"}, 1),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, 1),
    ],
)
async def test_what_cannot_be_is_refused_with_every_fault(owner, world, changes, words):
    with pytest.raises(Invalid) as refused:
        await set_preferences(owner, world.first.id, world.first.owner, changes)

    assert len(refused.value.faults) == words


async def test_who_does_not_serve_the_business_has_no_preferences_in_it(owner, world):
    with pytest.raises(NotFound):
        await set_preferences(owner, world.second.id, world.first.owner, {"sms": False})
