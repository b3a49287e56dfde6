"""Answers that found no sure place wait in *needs attention*: let into the conversation, sent on, or dismissed."""

from tests.web.console.browsing import signed_in, words_of

HERE = "/inbox/attention"


async def waiting(owner):
    return await owner.fetchval("select uid from inbound where settled_at is null")


async def test_one_is_shown_with_why_and_counted(ann, came, dana):
    await came("lead")
    page = await ann.text(HERE)

    assert "It came from another address than the lead's." in words_of(page)
    assert "Monday is fine." in page
    assert f'href="/inbox/{dana.conversation_uid}"' in page
    assert "Needs attention 1" in words_of(await ann.text("/inbox"))


async def test_let_in_it_is_the_leads_and_waits_no_more(ann, owner, came, dana):
    await came("lead")
    told = await ann.post(f"{HERE}/answers/{await waiting(owner)}", {"act": "release"}, csrf_of=HERE)

    assert told.header("location") == f"{HERE}?told=joined"
    assert "Monday is fine." in await ann.text(f"/inbox/{dana.conversation_uid}")
    assert "Nothing needs attention" in await ann.text(HERE)


async def test_one_in_our_name_goes_on_in_the_name_of_who_presses(cal, owner, world, came):
    await came("staff")
    page = await cal.text(HERE)
    await cal.post(f"{HERE}/answers/{await waiting(owner)}", {"act": "release"}, csrf_of=HERE)

    assert "Send it to the lead in my name" in page
    assert await owner.fetchval("select staff_uid from message where text = 'Monday is fine.'") == world.colleague


async def test_dismissed_it_goes_nowhere_and_is_forgotten(ann, owner, came):
    await came("lead")
    await ann.post(f"{HERE}/answers/{await waiting(owner)}", {"act": "dismiss"}, csrf_of=HERE)

    assert await owner.fetchval("select text from inbound") is None
    assert await owner.fetchval("select count(*) from message where text = 'Monday is fine.'") == 0


async def test_another_business_settles_none_of_it(ask, owner, came):
    await came("lead")
    ben, uid = await signed_in(ask, owner, "ben@bright.example"), await waiting(owner)

    for act in ("release", "dismiss"):
        await ben.post(f"{HERE}/answers/{uid}", {"act": act}, csrf_of=HERE, status=404)
    assert await waiting(owner) == uid
