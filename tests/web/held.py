"""A mail that comes back and is held, for tests of who settles it."""

import pytest

from leadhall.inbound.letters.authentic import Trust
from leadhall.inbound.mail.arrived import Arrived
from leadhall.inbound.mail.taking import MailIn
from leadhall.notify.reply_to import reply_address
from tests.inbound.letters.written import a_mail
from tests.inbound.people import a_known_lead

DOMAIN = "in.example"


@pytest.fixture
async def dana(owner, world):
    return await a_known_lead(owner, world.first.id)


@pytest.fixture
def came(services, key, dana):
    """`await came("lead")`: a mail that is held comes in at that address."""

    async def came(role, text="Monday is fine.\n\nOn Monday Acme wrote:\n> When?"):
        about = {"business_id": dana.business_id, "conversation_uid": dana.conversation_uid}
        to = reply_address(key, DOMAIN, role=role, **about)
        raw = a_mail(text, sender="eve@elsewhere.example", to=to)
        return await MailIn(services.worker_pool, key, DOMAIN, Trust()).take(Arrived(raw=raw))

    return came
