from leadhall.app import Application
from leadhall.conversations.leads import leads_of_client
from leadhall.core.db import Scope, scoped
from leadhall.settings import Settings
from tests.web.asking import Asker
from tests.web.leads import send_lead


async def test_a_clients_leads_come_newest_first_and_no_more_than_asked_for(database, key, world, app_pool):
    application = Application(Settings(rate_per_s=0, allow_unsafe_durability=True, dispatch=False), database, key)
    async with application.running():
        sent = [await send_lead(Asker(application), world.first.token, email="dana@example.com") for _ in range(3)]
    newest_first = [each["conversation_uid"] for each in sent][::-1]

    async with scoped(app_pool, Scope.of([world.first.id])) as connection:
        leads = await leads_of_client(connection, world.first.id, sent[0]["uid"], most=2)

    assert [lead.conversation_uid for lead in leads] == newest_first[:2]
