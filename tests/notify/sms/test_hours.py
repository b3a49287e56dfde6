from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from leadhall.notify.sms import hours
from leadhall.notify.sms.hours import wait_s, zones_of

OAKLAND, ISRAEL, TOLL_FREE, AUSTRALIA = "+14155550132", "+972501234567", "+18005550132", "+61412345678"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("number", "home", "now", "waits"),
    [
        (OAKLAND, "UTC", "2026-11-24T16:00", 0),  # 8:00 in Oakland
        (OAKLAND, "UTC", "2026-11-24T15:59", 1 / 60),
        (OAKLAND, "UTC", "2026-11-25T04:59", 0),  # 20:59
        (OAKLAND, "UTC", "2026-11-25T05:00", 11),  # 21:00
        (OAKLAND, "Asia/Tokyo", "2026-11-24T20:00", 0),  # the number's zone counts, not the business's
        (ISRAEL, "Asia/Jerusalem", "2026-11-24T06:00", 0),  # the number tells no zone: the business's counts
        (ISRAEL, "Asia/Jerusalem", "2026-11-24T04:30", 1.5),
        (TOLL_FREE, "UTC", "2026-11-24T15:00", 7),  # day in all zones it may be in, from Newfoundland to Guam
        (TOLL_FREE, "UTC", "2026-11-24T22:00", 0),
        (AUSTRALIA, "UTC", "2026-11-24T00:00", 1.5),  # the Cocos Islands, at +6:30, are last to rise
    ],
)
def test_a_text_waits_until_it_is_day_where_its_reader_is(number, home, now, waits):
    assert wait_s(number, home, at(now)) == pytest.approx(waits * 3600)


@pytest.mark.parametrize("number", [OAKLAND, ISRAEL, AUSTRALIA])
def test_after_the_wait_it_is_day_at_any_hour_of_two_days_also_when_clocks_change(number):
    for hour in range(48):
        now = at("2026-10-31T00:30") + timedelta(hours=hour)
        opens = now + timedelta(seconds=wait_s(number, "Asia/Jerusalem", now))

        assert wait_s(number, "Asia/Jerusalem", opens) == 0
        assert opens - now < timedelta(hours=24)


def test_where_the_zones_of_a_number_have_no_hour_of_day_in_common_the_businesss_zone_counts(monkeypatch):
    apart = tuple(map(ZoneInfo, ("Pacific/Kiritimati", "Asia/Kolkata", "America/New_York")))
    monkeypatch.setattr(hours, "zones_of", lambda _: apart)

    assert wait_s("+1", "UTC", at("2026-11-24T05:00")) == 3 * 3600


def test_a_number_of_which_nobody_knows_where_it_is_has_no_zones():
    assert zones_of("+881612345678") == ()
