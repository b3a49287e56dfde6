"""Country, time zone, locale and currency as callers write them."""

import tomllib
from zoneinfo import ZoneInfo

import pytest

from leadhall.core.sql import text_of
from leadhall.tenancy.regions import read_country, read_currency, read_locale, read_time_zone

RAILS = tomllib.loads(text_of("leadhall.tenancy", "rails_time_zones.toml"))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Mountain Time (US & Canada)", "America/Denver"),
        ("eastern time (us & canada)", "America/New_York"),
        ("Nuku'alofa", "Pacific/Tongatapu"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        (" utc ", "UTC"),
    ],
)
def test_time_zones_are_known_by_their_iana_and_their_rails_names(written, kept):
    assert read_time_zone(written) == kept


@pytest.mark.parametrize("name", RAILS)
def test_every_rails_name_stands_for_a_zone_that_exists(name):
    assert ZoneInfo(read_time_zone(name))


@pytest.mark.parametrize("written", ["Mars/Olympus", "", "localtime", "+02:00", "../../etc/passwd"])
def test_other_time_zones_are_refused(written):
    with pytest.raises(ValueError, match="time zone"):
        read_time_zone(written)


async def test_postgresql_knows_every_zone_a_business_may_have(owner):
    known = {row["name"] for row in await owner.fetch("select name from pg_timezone_names")}

    assert {read_time_zone(name) for name in RAILS} <= known


@pytest.mark.parametrize(("written", "kept"), [("US", "US"), ("il", "IL"), (" De ", "DE")])
def test_a_country_is_two_letters_in_any_case(written, kept):
    assert read_country(written) == kept


@pytest.mark.parametrize("written", ["USA", "ZZ", "United States", ""])
def test_other_countries_are_refused(written):
    with pytest.raises(ValueError, match="country"):
        read_country(written)


@pytest.mark.parametrize("written", ["en", "pt-BR", "en_gb", "zh-Hant-TW"])
def test_a_locale_is_kept_as_written(written):
    assert read_locale(written) == written


@pytest.mark.parametrize("written", ["", "english please", "e", "en--US"])
def test_other_locales_are_refused(written):
    with pytest.raises(ValueError, match="language"):
        read_locale(written)


@pytest.mark.parametrize("written", ["", "US", "DOLLAR", "U$D"])
def test_a_currency_is_three_letters(written):
    assert read_currency("ils") == "ILS"
    with pytest.raises(ValueError, match="currency"):
        read_currency(written)
