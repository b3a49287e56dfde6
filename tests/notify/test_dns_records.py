"""What a domain shows is asked of a real name server, and judged."""

import pytest

from leadhall.notify.dkim_key import new_key, record_of
from leadhall.notify.dns_records import DnsAway, asking, check_records, wanted_records
from leadhall.notify.profiles import MailProfile
from tests.notify.dns_server import name_server

KEY = new_key()
PROFILE = MailProfile(
    from_address="desk@acme.example", spf="include:spf.relay.example", selector="leadhall", dkim_key=KEY
)
GOOD = {
    "acme.example": ["some site's proof", "v=spf1 include:spf.relay.example ~all"],
    "leadhall._domainkey.acme.example": [record_of(KEY)],
    "_dmarc.acme.example": ["v=DMARC1; p=quarantine; rua=mailto:x@acme.example"],
}


async def checked(records, profile=PROFILE):
    with name_server(records) as port:
        return {each.what: each for each in await check_records(profile, asking(("127.0.0.1", port)))}


async def test_a_domain_that_shows_all_is_good():
    found = await checked(GOOD)

    assert [each.good for each in found.values()] == [True] * 3
    assert [each.what for each in found.values() if each.decides] == ["DKIM"]
    assert found["SPF"].found == "v=spf1 include:spf.relay.example ~all"


async def test_a_domain_that_shows_nothing_is_told_what_it_should():
    found = await checked({})

    assert [(each.good, each.found) for each in found.values()] == [(False, "")] * 3
    assert found["DKIM"].wanted == record_of(KEY)


@pytest.mark.parametrize(
    ("what", "name", "texts"),
    [
        ("SPF", "acme.example", ["v=spf1 a mx ~all"]),
        ("SPF", "acme.example", ["v=spf1 include:spf.relay.example ~all", "v=spf1 -all"]),
        ("SPF", "acme.example", ["v=spf10 include:spf.relay.example"]),
        ("DKIM", "leadhall._domainkey.acme.example", [record_of(new_key())]),
        ("DKIM", "leadhall._domainkey.acme.example", ["v=DKIM1; p="]),
        ("DMARC", "_dmarc.acme.example", ["v=DMARC1; rua=mailto:x@acme.example"]),
        ("DMARC", "_dmarc.acme.example", ["v=DMARC1; p=none", "v=DMARC1; p=reject"]),
    ],
)
async def test_a_record_that_does_not_fit_is_not_good(what, name, texts):
    found = await checked(GOOD | {name: texts})

    assert [each.what for each in found.values() if not each.good] == [what]


async def test_a_name_server_that_is_away_tells_nothing(monkeypatch):
    monkeypatch.setattr("leadhall.notify.dns_records.ANSWER_WITHIN_S", 0.2)
    with pytest.raises(DnsAway):
        await check_records(PROFILE, asking(("127.0.0.1", 1)))


def test_without_a_from_of_its_own_nothing_is_to_be_shown():
    assert wanted_records(MailProfile()) == []
