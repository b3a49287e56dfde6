"""A conversation: what is shown of a lead, and what is done about it."""

import re

import pytest

from leadhall.conversations.canned import add_canned, list_canned
from leadhall.tenancy.staff import NewStaff, add_staff, list_staff
from tests.web.console.browsing import signed_in, words_of
from tests.web.leads import send_lead

NASTY = '<img src=x onerror=alert(1)> see https://evil.example/path and "quotes"'


@pytest.fixture
async def lead(ask, world):
    told = await send_lead(
        ask,
        world.first.token,
        email="uma@x.example",
        first_name="Uma",
        phone="+1 415 555 0132",
        system_message='From the planner: https://planner.example/p/1 <b onclick="x">now</b>',
        request_data={"Project": "Kitchen"},
        message_data={"Message": NASTY},
        source="Fair",
        source_url="https://pages.example/fair",
        tags="oak",
        opt_in_transactional_sms=True,
        notifications="email",
    )
    return told["conversation_uid"]


def mark_in(page):
    """How things stood, as the page's stream is asked with it."""
    return re.search(r"/inbox/live\?mark=(\w+)", page)[1]


@pytest.fixture
def at(lead):
    return f"/inbox/{lead}"


async def test_the_page_tells_all_of_a_lead(ann, at):
    page = await ann.text(at)
    words = words_of(page)

    for told in ("Uma", "From the planner:", "Project Kitchen", "Fair", "oak", "+1 415 555 0132", "Consent", "agreed"):
        assert told in words
    assert page.index("said-system") < page.index("Project")
    assert "A new client was made: nobody had this email address yet." in words
    assert 'href="tel:+14155550132"' in page


async def test_what_changes_while_the_page_is_read_is_told_to_its_reader(ann, at, lead, owner, monkeypatch):
    async def meanwhile(connection, business_id):
        await owner.execute(
            "update conversation set updated_at = updated_at + interval '1 second' where uid = $1", lead
        )
        return await list_staff(connection, business_id)

    await ann.text(at)  # it is read now
    with monkeypatch.context() as patched:
        patched.setattr("leadhall.web.console.conversation.list_staff", meanwhile)
        shown = mark_in(await ann.text(at))

    assert shown != mark_in(await ann.text(at))
    assert mark_in(await ann.text(at)) == mark_in(await ann.text(at))


async def test_links_of_partners_are_pressed_and_strangers_only_seen(ann, at):
    page = await ann.text(at)

    assert '<a target="_blank" href="https://planner.example/p/1" rel="noopener noreferrer">' in page.replace(
        'href="https://planner.example/p/1" target="_blank"', 'target="_blank" href="https://planner.example/p/1"'
    )
    assert 'href="https://evil.example' not in page
    assert "<b>evil.example</b>" in page
    assert 'href="https://pages.example' not in page
    assert "<img src=x" not in page
    assert "<b onclick" not in page


async def test_opening_it_marks_it_read(ann, at, lead, owner):
    await ann.text(at)
    assert await owner.fetchval("select business_unread from conversation where uid = $1", lead) == 0

    await ann.post(f"{at}/act", {"act": "unread"}, csrf_of="/inbox")
    assert await owner.fetchval("select business_unread from conversation where uid = $1", lead) == 1


async def test_an_answer_leaves_by_the_channels_chosen_and_takes_the_lead(ann, at, lead, owner, world):
    fields = [("text", "We come on Monday."), ("channel", "email"), ("channel", "sms"), ("act", "send")]
    told = await ann.post(f"{at}/reply", fields, csrf_of=at)

    row = await owner.fetchrow(
        "select text, channels, staff_uid from message where conversation_uid = $1 and text <> ''", lead
    )
    assert tuple(row) == ("We come on Monday.", ["email", "sms"], world.first.owner)
    assert "Your answer is on its way." in await ann.text(told.header("location"))
    assert "We come on Monday." in await ann.text(at)
    assert await owner.fetchval("select count(*) from outbox where kind = 'message'") == 1
    assert "Nobody waits for an answer" in await ann.text("/inbox")


async def test_without_a_channel_or_words_nothing_is_sent(ann, at):
    await ann.post(f"{at}/reply", {"text": "x", "act": "send"}, csrf_of=at, status=422)
    await ann.post(f"{at}/reply", {"text": " ", "channel": "email", "act": "send"}, csrf_of=at, status=422)


async def test_a_draft_is_kept_for_its_writer_until_it_is_sent(ann, cal, at):
    await ann.post(f"{at}/reply", {"text": "Dear Uma", "act": "draft"}, csrf_of=at)
    assert "Dear Uma" in await ann.text(at)
    assert "Dear Uma" not in await cal.text(at)

    told = await ann.post(f"{at}/reply", {"text": "Dear U", "act": "draft"}, csrf_of=at, status=204, hx_request="true")
    assert told.content == b""
    await ann.post(f"{at}/reply", {"text": "Hi", "channel": "email", "act": "send"}, csrf_of=at)
    assert "Dear U" not in await ann.text(at)


async def test_what_is_said_often_is_kept_under_a_name(ann, at):
    await ann.post(f"{at}/reply", {"text": "Our prices are …", "title": "Prices", "act": "canned"}, csrf_of=at)

    assert 'data-canned="Our prices are …"' in await ann.text(at)


async def test_a_canned_reply_is_deleted_and_what_is_being_written_stays(ann, at):
    await ann.post(f"{at}/reply", {"text": "Our prices are …", "title": "Prices", "act": "canned"}, csrf_of=at)
    uid = re.search(r'<option value="(\w+)">Prices<', await ann.text(at))[1]
    nothing = await ann.post(f"{at}/canned", {"text": "Dear Uma", "remove": ""}, csrf_of=at)
    told = await ann.post(f"{at}/canned", {"text": "Dear Uma", "remove": uid}, csrf_of=at)
    page = await ann.text(told.header("location"))

    assert nothing.header("location") == f"{at}?told=nothing"
    assert "The canned reply is deleted." in page
    assert "Dear Uma" in page
    assert "Prices" not in page
    await ann.post(f"{at}/canned", {"remove": uid}, csrf_of=at, status=404)


async def test_a_canned_reply_of_another_business_is_not_there(ann, at, owner, world):
    theirs = await add_canned(owner, world.second.id, "Prices", "Ours are …")

    await ann.post(f"{at}/canned", {"remove": theirs.uid}, csrf_of=at, status=404)
    assert len(await list_canned(owner, world.second.id)) == 1


async def test_it_is_claimed_once_and_assigned_to_who_serves(ann, cal, at, world):
    await ann.post(f"{at}/act", {"act": "claim"}, csrf_of=at)
    await cal.post(f"{at}/act", {"act": "claim"}, csrf_of=at, status=409)
    await cal.post(f"{at}/act", {"act": "assign", "staff": world.colleague}, csrf_of=at)

    assert "Cal Colleague assigned this to Cal Colleague" in words_of(await ann.text(at))
    await ann.post(f"{at}/act", {"act": "assign", "staff": world.second.owner}, csrf_of=at, status=422)


async def test_archiving_and_spam_put_it_away_and_back(ann, at):
    assert (await ann.post(f"{at}/act", {"act": "archive"}, csrf_of=at)).header("location") == "/inbox?told=archived"
    await ann.post(f"{at}/act", {"act": "unarchive"}, csrf_of=at)
    await ann.post(f"{at}/act", {"act": "spam"}, csrf_of=at)
    await ann.post(f"{at}/act", {"act": "not_spam"}, csrf_of=at)
    await ann.post(f"{at}/act", {"act": "answered"}, csrf_of=at)

    words = words_of(await ann.text(at))
    for told in ("Ann Owner archived this", "no spam", "answered by other means"):
        assert told in words
    await ann.post(f"{at}/act", {"act": "explode"}, csrf_of=at, status=422)


async def test_what_differs_from_the_card_is_shown_and_taken_over(ann, ask, world, at, owner):
    again = await send_lead(ask, world.first.token, email="uma@x.example", first_name="Ulla", phone="+1 415 555 0199")
    at = f"/inbox/{again['conversation_uid']}"
    page = await ann.text(at)
    assert "on the card: Uma" in words_of(page)

    await ann.post(f"{at}/promote", {"field": "phone"}, csrf_of=at)
    assert await owner.fetchval("select phone from client where uid = $1", again["uid"]) == "+1 415 555 0199"
    assert "Ann Owner changed phone" in words_of(await ann.text(at))
    await ann.post(f"{at}/promote", {"field": "status"}, csrf_of=at, status=422)


async def test_tags_come_and_go(ann, at):
    await ann.post(f"{at}/tags", {"tag": "urgent"}, csrf_of=at)
    assert 'value="urgent"' in await ann.text(at)

    await ann.post(f"{at}/tags", {"remove": "urgent"}, csrf_of=at)
    assert 'value="urgent"' not in await ann.text(at)


async def test_dates_are_on_the_businesss_clock_in_the_readers_way(ann, at, owner, world):
    await owner.execute("update business set time_zone = 'Asia/Tokyo' where id = $1", world.first.id)
    await owner.execute("update conversation set created_at = '2024-02-03 20:30Z'")
    await owner.execute("update message set created_at = '2024-02-03 20:30Z'")
    assert "Feb 4, 2024, 5:30" in words_of(await ann.text(at))

    await ann.post("/you", {"locale": "de"}, csrf_of="/you")
    assert "04.02.2024, 05:30" in words_of(await ann.text(at))


async def test_who_serves_as_a_user_reads_and_answers(cal, at):
    await cal.post(f"{at}/reply", {"text": "Hello", "channel": "email", "act": "send"}, csrf_of=at)

    assert re.search(r"Cal Colleague", await cal.text(at))


async def test_a_colleague_who_left_no_longer_gets_in(ask, owner, world, at):
    await add_staff(owner, world.first.id, NewStaff(email="zed@x.example", display_name="Zed"))
    zed = await signed_in(ask, owner, "zed@x.example")
    assert "Uma" in await zed.text(at)
    await owner.execute("update staff set deleted_at = now() where display_name = 'Zed'")
    await zed.text(at, status=404)
