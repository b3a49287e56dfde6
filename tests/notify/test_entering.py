"""Links that let people in: made as the mail is written, working once, and few an hour."""

from email import message_from_bytes, policy

from leadhall.events.outcome import Sent, Skipped
from leadhall.notify.mail_links import ENTER_PATH, find_link
from tests.notify.stored import a_delivery
from tests.notify.test_email import ANN, channel, part, sink


async def link_of(worker_pool, message):
    text = part(message, "plain")
    token = text.partition(ENTER_PATH)[2].split()[0]
    return await find_link(worker_pool, token)


async def mailed(worker_pool, key, *deliveries):
    async with sink() as kept, channel(worker_pool, key, sink_port=kept.port) as mail:
        outcomes = [await mail.deliver(each) for each in deliveries]
    return outcomes, [message_from_bytes(each.content, policy=policy.default) for each in kept.taken]


async def test_a_link_to_sign_in_is_made_as_it_is_mailed(worker_pool, owner, key, world):
    user_id = await owner.fetchval("select id from app_user where email = $1", ANN)
    outcomes, [message] = await mailed(worker_pool, key, a_delivery(0, "sign_in", ANN, user_id=user_id))

    link = await link_of(worker_pool, message)
    assert isinstance(outcomes[0], Sent)
    assert (link.act, link.user_id, link.address) == ("sign_in", user_id, ANN)


async def test_one_is_mailed_five_links_an_hour(worker_pool, owner, key, world):
    user_id = await owner.fetchval("select id from app_user where email = $1", ANN)
    asked = [a_delivery(0, "sign_in", ANN, user_id=user_id) for _ in range(6)]
    outcomes, messages = await mailed(worker_pool, key, *asked)

    assert len(messages) == 5
    assert isinstance(outcomes[5], Skipped)


async def test_an_invitation_names_who_invites_and_leads_in(worker_pool, key, world):
    asked = a_delivery(world.first.id, "invitation", "cal@acme.example", staff_uid=world.colleague, by="Ann Owner")
    _, [message] = await mailed(worker_pool, key, asked)

    link = await link_of(worker_pool, message)
    assert "Ann Owner" in part(message, "plain")
    assert (link.act, link.staff_uid, link.business) == ("invitation", world.colleague, "Acme Plumbing")
