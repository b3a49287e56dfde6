import pytest

from leadhall.clients.tagging import tag_clients, untag_clients
from leadhall.core.errors import Invalid, NotFound


async def test_tags_are_put_on_and_taken_off_many_at_once_whatever_their_case(at_desk, file, owner):
    uids = [(await file(email=f"{n}@example.com", tags="Web")).client_uid for n in range(2)]
    async with at_desk() as desk:
        tagged = await tag_clients(desk, uids, ["web", " vip "])
        left = await untag_clients(desk, uids, ["WEB"])

    assert [client.tags for client in tagged] == [["Web", "vip"]] * 2
    assert [client.tags for client in left] == [["vip"]] * 2
    assert await owner.fetchval("select count(*) from client where edited_at is null") == 2


@pytest.mark.parametrize(("uids", "refusal"), [(["nobody"], NotFound), (["nobody"] * 1001, Invalid)])
async def test_all_of_them_or_none(at_desk, file, owner, uids, refusal):
    lead = await file()
    async with at_desk() as desk:
        with pytest.raises(refusal):
            await tag_clients(desk, [lead.client_uid, *uids], ["web"])

    assert await owner.fetchval("select tags from client") == []
