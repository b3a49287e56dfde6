"""Settings: none is needed, every fault is told at once, an unknown name suggests the known one."""

from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from leadhall.settings import Settings, SettingsFault, read_settings


def test_none_is_needed():
    assert read_settings({}) == Settings()


def test_blank_is_absent():
    assert read_settings({"PORT": " ", "LEADHALL_DATA": ""}) == Settings()


def test_each_is_read_as_what_it_is():
    settings = read_settings(
        {
            "DATABASE_URL": "postgresql://x@y/z",
            "PORT": " 9000 ",
            "LEADHALL_DATA": "/srv/leadhall",
            "LEADHALL_PUBLIC_URL": "https://leads.example.com/",
            "LEADHALL_LOG_JSON": "Yes",
            "LEADHALL_LOG_LEVEL": "WARNING",
            "LEADHALL_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "LEADHALL_RATE_PER_S": "0",
        }
    )

    assert (settings.database_url, settings.port, settings.data) == ("postgresql://x@y/z", 9000, Path("/srv/leadhall"))
    assert (settings.public_url, settings.log_json, settings.log_level) == (
        "https://leads.example.com",
        True,
        "warning",
    )
    assert settings.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1"))
    assert settings.rate_per_s == 0


@pytest.mark.parametrize(
    ("name", "meant"),
    [("LEADHALL_DATABASE", "LEADHALL_DATA"), ("LEADHALL_PUBLICURL", "LEADHALL_PUBLIC_URL")],
)
def test_an_unknown_name_suggests_what_was_meant(name, meant):
    with pytest.raises(SettingsFault, match=f"{name} is not a setting of Leadhall: did you mean {meant}"):
        read_settings({name: "x"})


def test_an_unknown_name_like_no_other_suggests_nothing():
    with pytest.raises(SettingsFault) as fault:
        read_settings({"LEADHALL_QQQQQQQQQQQQQQQQ": "x"})

    assert "did you mean" not in str(fault.value)


def test_names_of_others_are_their_matter():
    assert read_settings({"PATH": "/bin", "PORTS": "x"}) == Settings()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *[("PORT", text) for text in ("0", "65536", "http", "-1", "8000.5")],
        *[("LEADHALL_WORKERS", text) for text in ("0", "-1", "two")],
        *[("LEADHALL_RATE_PER_S", text) for text in ("-1", "nan", "inf", "fast", "1e9")],
        *[("LEADHALL_PUBLIC_URL", text) for text in ("leads.example.com", "ftp://x", "https://")],
        ("LEADHALL_REQUEST_LOG_DAYS", "0"),
        ("LEADHALL_LOG_LEVEL", "loud"),
        ("LEADHALL_LOG_JSON", "perhaps"),
        ("LEADHALL_TRUSTED_PROXIES", "10.0.0.0/8,proxy"),
    ],
)
def test_what_cannot_be_read_names_its_setting(name, text):
    with pytest.raises(SettingsFault, match=f"^{name}: "):
        read_settings({name: text})


def test_every_fault_is_told_at_once():
    with pytest.raises(SettingsFault) as fault:
        read_settings({"PORT": "x", "LEADHALL_WORKERS": "0", "LEADHALL_DATTA": "/x"})

    assert len(str(fault.value).splitlines()) == 3


def test_a_fault_never_shows_a_secret():
    secret = {entry.metadata["name"]: "s3cr3t" for entry in fields(Settings) if entry.metadata["secret"]}

    with pytest.raises(SettingsFault) as fault:
        read_settings(secret | {"PORT": "x"})
    assert "s3cr3t" not in str(fault.value)


def test_every_setting_tells_its_meaning_and_has_a_name_of_its_own():
    names = [entry.metadata["name"] for entry in fields(Settings)]

    assert len(set(names)) == len(names)
    assert all(entry.metadata["meaning"].endswith(".") for entry in fields(Settings))


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("LEADHALL_SMTP_URL", "smtps://relay.example:465", "must be smtp://"),
        ("LEADHALL_SMTP_URL", "smtp://relay.example:587?tls=maybe", "one of starttls, implicit, none"),
        ("LEADHALL_SMTP_URL", "smtp://relay.example:99999", "LEADHALL_SMTP_URL"),
        ("LEADHALL_MAIL_FROM", "hello@localhost", "must be an address"),
        ("LEADHALL_INBOUND_DOMAIN", "in_example", "must be a domain"),
        ("LEADHALL_IMAP_URL", "imaps://mail.example", "must be imaps://"),
        ("LEADHALL_TWILIO_URL", "ftp://x", "must be an http"),
    ],
)
def test_a_setting_of_mail_and_texts_that_cannot_be_used_is_refused(name, value, fault):
    with pytest.raises(SettingsFault, match=fault):
        read_settings({name: value})


def test_settings_of_mail_are_kept_as_written():
    url, sender = "smtp://me:s%40crt@relay.example:465?tls=implicit", "Acme Leads <leads@acme.example>"
    settings = read_settings({"LEADHALL_SMTP_URL": url, "LEADHALL_MAIL_FROM": sender})

    assert (settings.smtp_url, settings.mail_from) == (url, sender)


def test_behind_a_pooler_intake_the_worker_and_migrations_need_urls_of_their_own():
    with pytest.raises(SettingsFault, match=r"LEADHALL_OWNER_URL is needed[\s\S]*LEADHALL_WORKER_URL is needed"):
        read_settings({"LEADHALL_POOLED": "1", "LEADHALL_INTAKE_URL": "postgresql:///leads"})
