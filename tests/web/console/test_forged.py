"""No form of another page does anything: asked of every POST in the table that a session may call."""

import pytest

from leadhall.app import TABLE
from leadhall.core.operation import SIGNED_IN

POSTS = [each for each in TABLE.of_door("console") if each.method == "POST" and each.policy == SIGNED_IN]
ROWS = "select (select count(*) from conversation_act), (select count(*) from session where revoked_at is null)"


async def test_every_act_of_the_console_needs_the_mark_of_its_session(ann, owner, world):
    before = tuple(await owner.fetchrow(ROWS))
    for operation in POSTS:
        path = operation.path.replace("{uid}", world.first.uid).replace("{token}", "x").replace("{id}", "1")
        path = path.replace("{field_id}", "x").replace("{staff_uid}", world.colleague).replace("{key_uid}", "x")
        fields = list((operation.examples[0].body or {}).items())
        for given, headers in (
            (fields, {}),
            ([*fields, ("csrf", "f" * 64)], {}),
            (fields, {"sec_fetch_site": "cross-site"}),
        ):
            told = await ann.post(path, given, status=None, **headers)
            assert told.status == 400, (operation.name, told.status)

    assert tuple(await owner.fetchrow(ROWS)) == before


async def test_a_page_that_is_no_address_is_another_page(ask, ann):
    form = {"content-type": "application/x-www-form-urlencoded", "origin": "http://["}
    signing_in = await ask.post("/sign-in", body=b"email=a%40b.example&password=x", headers=form)
    refused = await ann.get("/inbox/nobody", referer="http://[")

    assert (signing_in.status, refused.status) == (400, 404)


def test_there_are_such_acts():
    assert len(POSTS) > 20


@pytest.mark.parametrize("door", ["console"])
def test_every_page_of_the_console_asks_who_is_there_or_says_that_it_does_not(door):
    open_ones = {each.name for each in TABLE.of_door(door) if each.policy != SIGNED_IN}

    assert open_ones == {
        "console_sign_in_page",
        "console_sign_in",
        "console_ask_for_link",
        "console_entry_link",
        "console_enter",
        "console_code_page",
        "console_check_second_factor",
        "console_manifest",
    }
