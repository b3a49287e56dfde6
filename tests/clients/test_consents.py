"""Consent by the owner and by the API, beside what leads said; read through merges."""

from leadhall.clients.book import get_client
from leadhall.clients.consents import list_consents, opt_ins, record_consent
from leadhall.clients.fields import create_field
from leadhall.person.merge import merge_clients


async def agreed(desk, uid):
    client = await get_client(desk.connection, desk.business_id, uid)
    return (await opt_ins(desk.connection, desk.business_id, [client]))[uid]


async def test_a_withdrawal_holds_whatever_leads_say_later(at_desk, file, owner):
    lead = await file(opt_in="yes")
    async with at_desk() as desk:
        assert await agreed(desk, lead.client_uid) is True
        client = await get_client(desk.connection, desk.business_id, lead.client_uid)
        assert await record_consent(desk, [client], value=False, act="owner") == 1
        assert await record_consent(desk, [client], value=False, act="owner") == 0
    await file(opt_in="yes")

    async with at_desk() as desk:
        assert await agreed(desk, lead.client_uid) is False
        told = await list_consents(desk.connection, desk.business_id, lead.client_uid)
    assert [(each.value, each.act) for each in told] == [(True, "intake"), (False, "owner"), (True, "intake")]
    assert await owner.fetchval("select count(*) from outbox where kind = 'client'") == 1


async def test_what_the_merged_client_said_of_their_address_counts_for_the_kept_one(at_desk, file):
    kept = await file(identifier_type="unique_id", unique_id="crm-1", email=None)
    merged = await file(email="dana@example.com", opt_in="yes")
    async with at_desk() as desk:
        await create_field(desk.connection, desk.business_id, label="News", type_="opt-in")
        await merge_clients(desk, kept.client_uid, [merged.client_uid])
        assert await agreed(desk, kept.client_uid) is True
