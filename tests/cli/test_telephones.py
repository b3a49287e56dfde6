"""The demo's telephones: texts arrive and are reported on, and a telephone texts back by a signed call."""

import asyncio

import pytest
from aiohttp import ClientSession, web

from leadhall.cli.demo.telephones import NUMBERS, SID, Telephones, serving_texts
from leadhall.events.outcome import Sent
from leadhall.notify.senders import SmsSender
from leadhall.notify.sms.provider import Text
from leadhall.notify.sms.signature import is_signed
from leadhall.notify.sms.twilio import Twilio

SECRET = "of this demo"
WITHIN_S = 5


@pytest.fixture
async def leadhall():
    """What stands in for the server: it keeps each form that is signed for the address it came to."""
    heard, came = [], asyncio.Event()

    async def hear(request):
        form = dict(await request.post())
        assert is_signed(SECRET, str(request.url), form.items(), request.headers["X-Twilio-Signature"])
        heard.append(form)
        came.set()
        return web.Response(text="<Response/>")

    app = web.Application()
    app.router.add_post("/{any:.*}", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", heard, came
    await runner.cleanup()


@pytest.fixture
async def telephones(leadhall):
    async with serving_texts(Telephones(SECRET, inbound=f"{leadhall[0]}/sms/inbound", reports=True)) as made:
        yield made


async def test_a_text_arrives_is_shown_harmless_and_reported_as_delivered(telephones, leadhall):
    url, heard, came = leadhall
    sender = SmsSender(
        key="instance", url=telephones.url, account_sid=SID, auth_token=SECRET, number=NUMBERS[0],
        messaging_service=None, a2p_registered=True,
    )  # fmt: skip
    provider = Twilio()
    text = Text(to="+14155550132", body="<script>alert(1)</script>", report_to=f"{url}/sms/status/1/x")
    assert isinstance(await provider.send(sender, text), Sent)
    await provider.close()

    await asyncio.wait_for(came.wait(), WITHIN_S)
    assert heard[0]["MessageStatus"] == "delivered"
    async with ClientSession() as session, session.get(telephones.url) as page:
        content = await page.text()
    assert "&lt;script&gt;alert(1)" in content
    assert "<script>" not in content


async def test_a_telephone_texts_back(telephones, leadhall):
    form = {"From": "+14155550132", "To": NUMBERS[1], "Body": "Monday?"}
    async with ClientSession() as session, session.post(telephones.url, data=form) as page:
        assert "200 &lt;Response/&gt;" in await page.text()

    [told] = leadhall[1]
    assert form.items() <= told.items()
    assert told["AccountSid"] == SID


async def test_no_other_page_makes_it_text(telephones, leadhall):
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with ClientSession() as session, session.post(telephones.url, data={"Body": "x"}, headers=headers) as page:
        assert page.status == 403

    assert leadhall[1] == []
