"""From the request to the relay: the server, its dispatcher and the channel of mail, against a real SMTP server."""

import asyncio
from dataclasses import replace
from email import message_from_bytes, policy

from leadhall.app import Application
from leadhall.conversations.by import By
from leadhall.conversations.messages import send_to_client
from leadhall.conversations.timeline import timeline_of
from leadhall.core.db import Scope, scoped
from leadhall.settings import Settings
from tests.notify.sink import sink
from tests.notify.sms.double import NUMBER as OURS
from tests.notify.sms.double import SECRET, SID, provider
from tests.web.asking import Asker
from tests.web.leads import send_lead

SETTINGS = Settings(
    rate_per_s=0, allow_unsafe_durability=True, mail_from="leads@host.example", public_url="https://l.example"
)


async def rows_until(owner, condition, count):
    """Wait until so many deliveries are so."""
    asked = {
        "settled": "select count(*) from delivery where due_at is null",
        "tried": "select count(*) from delivery_attempt",
    }[condition]
    async with asyncio.timeout(20):
        while await owner.fetchval(asked) < count:  # noqa: ASYNC110 - asked of the database
            await asyncio.sleep(0.01)


async def test_a_lead_is_told_to_its_owner_and_greeted(owner, database, key, world):
    await owner.execute("update app_user set email_verified_at = now()")
    async with sink() as relay:
        settings = replace(SETTINGS, smtp_url=f"smtp://127.0.0.1:{relay.port}?tls=none")
        application = Application(settings, database, key)
        async with application.running():
            sent = await send_lead(
                Asker(application), world.first.token, email="dana@example.com", notifications="email,auto-reply"
            )
            await rows_until(owner, "settled", 2)

    assert sorted(each.recipients[0] for each in relay.taken) == ["ann@acme.example", "dana@example.com"]
    rows = await owner.fetch("select lead_uid, state, lane from delivery")
    assert {row["lead_uid"] for row in rows} == {sent["conversation_uid"]}
    assert {(row["state"], row["lane"]) for row in rows} == {("accepted", f"email 127.0.0.1:{relay.port} instance")}


async def test_a_relay_that_refuses_us_makes_the_sender_rest_and_closes_nobodys_address(owner, database, key, world):
    await owner.execute("update app_user set email_verified_at = now()")
    async with sink(answers={"MAIL": "530 5.7.0 authentication required"}) as relay:
        settings = replace(SETTINGS, smtp_url=f"smtp://127.0.0.1:{relay.port}?tls=none")
        application = Application(settings, database, key)
        async with application.running():
            await send_lead(Asker(application), world.first.token, notifications="email")
            await rows_until(owner, "tried", 1)

    assert relay.taken == []
    assert await owner.fetchval("select state from delivery") == "waiting"
    assert await owner.fetchval("select fault from sender_pause") == "sender"
    assert await owner.fetchval("select count(*) from suppression") == 0


async def test_where_nothing_is_configured_the_notice_is_captured_and_the_log_says_so(owner, database, key, world):
    await owner.execute("update app_user set email_verified_at = now()")
    application = Application(SETTINGS, database, key)
    async with application.running():
        await send_lead(Asker(application), world.first.token, notifications="email")
        await rows_until(owner, "settled", 1)

    assert tuple(await owner.fetchrow("select state, reason from delivery")) == ("skipped", "captured")
    assert await owner.fetchval("select recipient from captured") == "ann@acme.example"


async def test_what_staff_writes_reaches_the_lead_where_it_said_and_each_way_shows_what_became_of_it(
    owner, database, key, world, app_pool
):
    async with sink() as relay:
        settings = replace(SETTINGS, smtp_url=f"smtp://127.0.0.1:{relay.port}?tls=none")
        application = Application(settings, database, key)
        async with application.running():
            sent = await send_lead(
                Asker(application), world.first.token, email="dana@example.com", phone="+14155550132"
            )
            await owner.execute("update client set email = 'the.card@example.com'")
            async with scoped(app_pool, Scope.of([world.first.id])) as connection:
                by = By(staff_uid=world.first.owner)
                await send_to_client(connection, world.first.id, sent["conversation_uid"], "We come on Monday.", by=by)
            await rows_until(owner, "settled", 2)
        async with scoped(app_pool, Scope.of([world.first.id])) as connection:
            items = await timeline_of(connection, world.first.id, sent["conversation_uid"])

    assert [each.recipients for each in relay.taken] == [["dana@example.com"]]
    [message] = [item for item in items if item.kind == "message" and item.data["direction"] == "business_to_client"]
    assert [(each["channel"], each["state"], each["reason"]) for each in message.data["deliveries"]] == [
        ("email", "accepted", None),
        ("sms", "skipped", "no_consent"),
    ]


async def test_a_notice_by_a_template_reaches_the_member_of_staff_by_mail_and_text_and_its_statuses_say_so(
    owner, database, key, world
):
    await owner.execute("update app_user set email_verified_at = now()")
    await owner.execute("update staff set mobile_number = '+972501234567' where uid = $1", world.first.owner)
    await owner.execute(
        "insert into phone_check (business_id, staff_uid, number, verified_at) values ($1, $2, '+972501234567', now())",
        world.first.id,
        world.first.owner,
    )
    content = {
        "staff_portal": {"title": "Paid"},
        "email": {"subject": "{{who}} paid", "main_text": "By card.", "footer_text": "Billing"},
        "sms": {"message_body": "{{who}} paid", "deep_link": "https://example.com/17"},
    }
    template = {
        "code_name": "paid",
        "title": "Paid",
        "description": "Paid",
        "category": "payments",
        "configurable_by_staff": True,
        "content": content,
    }
    notice = {"notification_template_code_name": "paid", "params": [{"key": "who", "value": "Dana <b>"}]}
    told_to = [world.first.owner, world.colleague]
    async with sink() as relay, provider() as twilio:
        settings = replace(
            SETTINGS,
            smtp_url=f"smtp://127.0.0.1:{relay.port}?tls=none",
            twilio_url=twilio.url,
            twilio_account_sid=SID,
            twilio_auth_token=SECRET,
            twilio_from=OURS,
        )
        application = Application(settings, database, key)
        ask, token = Asker(application), world.app.token
        async with application.running():
            await ask.post("/v3/communication/notification_templates", token=token, json=template)
            sent = [
                await ask.post("/v3/communication/staff_notifications", token=token, json=notice | {"staff_uid": uid})
                for uid in told_to
            ]
            await rows_until(owner, "settled", 4)
            uids = [each.json["data"]["uid"] for each in sent]
            read = [await ask.get(f"/v3/communication/staff_notifications/{uid}", token=token) for uid in uids]

    assert sorted(each.recipients[0] for each in relay.taken) == ["ann@acme.example", "cal@acme.example"]
    message = message_from_bytes(relay.taken[0].content, policy=policy.default)
    assert message["Subject"] == "Dana <b> paid"
    assert "By card." in message.get_body(("plain",)).get_content()
    assert [(text["To"], text["Body"]) for text in twilio.texts] == [
        ("+972501234567", "Dana <b> paid https://example.com/17")
    ]
    ann, cal = [each.json["data"] for each in read]
    assert (ann["email_status"], ann["sms_status"]) == (["in_process", "processed"], ["in_process", "processed"])
    assert (cal["email_status"], cal["sms_status"]) == (["in_process", "processed"], ["in_process", "dropped"])
