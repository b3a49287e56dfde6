"""A second factor: set up, asked for after password and link, each code once, lost and cleared."""

import base64
import re
import time
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from leadhall.core.secrets import InstanceKey
from leadhall.notify.entering import sign_in_link
from leadhall.tenancy.passwords import hash_password
from leadhall.tenancy.second_factor import take_code
from tests.browser import accessible, expecting
from tests.web.console.browsing import Browser, signed_in, words_of
from tests.web.console.test_in_browser import come_in

ANN, PASSWORD = "ann@acme.example", "correct horse battery"
FACTOR, CODE = "/you/second-factor", "/sign-in/code"
ENTER = {"email": ANN, "password": PASSWORD}


def code_of(letters, *, ahead=True):
    """The code of the step to come, which a clock may show already: it is good however the seconds fall."""
    made = TOTP(base64.b32decode(letters), 6, SHA1(), 30)  # noqa: S303 - what apps take for granted
    return made.generate(int(time.time()) + 30 * ahead).decode()


def letters_in(page):
    return re.search(r'<code dir="ltr">([A-Z2-7]{32})</code>', page)[1]


def recovery_in(page):
    return re.findall(r"<li><code>([a-z2-7-]{19})</code></li>", page)


@pytest.fixture
async def with_password(owner, world):
    await owner.execute("update app_user set password_hash = $1 where email = $2", await hash_password(PASSWORD), ANN)


@pytest.fixture
async def enrolled(ann, with_password):
    """The key and the recovery codes of Ann, whose second factor is on by the code of now."""
    await ann.post(f"{FACTOR}/begin", csrf_of="/you")
    letters = letters_in(await ann.text(FACTOR))
    told = await ann.post(FACTOR, {"code": code_of(letters, ahead=False)}, csrf_of=FACTOR, status=200)
    return letters, recovery_in(told.content.decode())


async def test_after_the_password_the_code_is_asked_for_and_lets_in(stranger, enrolled):
    letters, _ = enrolled
    told = await stranger.post("/sign-in", ENTER | {"next": "/clients"})

    assert told.header("location") == CODE
    await Browser(stranger._ask, stranger.cookie).text("/inbox", status=401)
    assert "Code from your app" in await stranger.text(CODE)
    told = await stranger.post(CODE, {"code": code_of(letters)})
    assert told.header("location") == "/clients"
    assert "Acme Plumbing" in await stranger.text("/inbox")


async def test_after_a_link_the_code_is_asked_for_too(stranger, owner, enrolled):
    user_id = await owner.fetchval("select id from app_user where email = $1", ANN)

    told = await stranger.post(await sign_in_link(owner, user_id, ANN))
    assert told.header("location") == CODE
    await stranger.post(CODE, {"code": code_of(enrolled[0])})
    await stranger.text("/inbox")


async def test_a_code_lets_in_once_and_so_does_none_from_before_it(ask, enrolled):
    letters, _ = enrolled
    first, second = Browser(ask), Browser(ask)
    for each in (first, second):
        await each.post("/sign-in", ENTER)
    now = code_of(letters)

    await first.post(CODE, {"code": now})
    for used in (now, code_of(letters, ahead=False)):
        told = await second.post(CODE, {"code": used}, status=401)
        assert "used already" in told.content.decode()


async def test_a_recovery_code_lets_in_once_however_it_is_spaced(ask, owner, enrolled):
    _, recovery = enrolled
    first, second = Browser(ask), Browser(ask)
    for each in (first, second):
        await each.post("/sign-in", ENTER)

    await first.post(CODE, {"code": recovery[3].replace("-", " ").upper()})
    await second.post(CODE, {"code": recovery[3]}, status=401)
    assert len(set(recovery)) == 10
    assert "Recovery codes left: 9." in words_of(await first.text("/you"))


async def test_guessing_codes_is_stopped_after_five_tries(stranger, enrolled):
    await stranger.post("/sign-in", ENTER)
    for n in range(4):  # the code that set it up was the first
        await stranger.post(CODE, {"code": f"00000{n}"}, status=401)

    await stranger.post(CODE, {"code": code_of(enrolled[0])}, status=429)


@pytest.mark.parametrize("cookie", ["leadhall-half=made-up", "leadhall-half=é", None])
async def test_who_showed_no_password_is_not_asked_for_a_code(ask, enrolled, cookie):
    nobody = Browser(ask, cookie)

    assert (await nobody.post(CODE, {"code": code_of(enrolled[0])})).header("location") == "/sign-in"
    assert (await nobody.get(CODE)).header("location") == "/sign-in"


async def test_ten_minutes_after_the_password_one_begins_again(stranger, enrolled, monkeypatch):
    await stranger.post("/sign-in", ENTER)
    later = time.time() + 601
    monkeypatch.setattr("leadhall.web.console.half_in.time.time", lambda: later)

    assert (await stranger.get(CODE)).header("location") == "/sign-in"


async def test_the_key_is_sealed_and_recovery_codes_are_hashed(owner, enrolled):
    letters, recovery = enrolled
    sealed = await owner.fetchval("select sealed::text from second_factor")
    kept = sealed + await owner.fetchval("select string_agg(hash::text, '') from recovery_code")

    for secret in (letters, *recovery):
        assert secret.encode().hex() not in kept
        assert secret.replace("-", "").encode().hex() not in kept


async def test_under_another_instance_key_recovery_codes_still_let_in(owner, enrolled):
    letters, recovery = enrolled
    user_id, other = await owner.fetchval("select user_id from second_factor"), InstanceKey(b"another")

    assert not await take_code(owner, other, user_id, code_of(letters), datetime.now(UTC))
    assert await take_code(owner, other, user_id, recovery[0], datetime.now(UTC))


async def test_it_is_not_asked_for_until_a_code_confirmed_it(ann, stranger, with_password):
    await ann.post(f"{FACTOR}/begin", csrf_of="/you")
    letters = letters_in(await ann.text(FACTOR))

    told = await ann.post(FACTOR, {"code": "000000"}, csrf_of=FACTOR, status=200)
    assert "That is not the code" in told.content.decode()
    assert letters_in(told.content.decode()) == letters
    assert (await stranger.post("/sign-in", ENTER)).header("location") == "/inbox"


async def test_what_is_on_is_not_set_up_anew(ann, enrolled):
    await ann.post(f"{FACTOR}/begin", csrf_of="/you", status=409)
    await ann.text(FACTOR, status=404)


async def test_it_is_turned_off_by_a_code_and_by_nothing_else(ann, stranger, owner, enrolled):
    await ann.post(f"{FACTOR}/off", {"code": "abcd"}, csrf_of="/you", status=422)

    await ann.post(f"{FACTOR}/off", {"code": code_of(enrolled[0])}, csrf_of="/you")
    assert (await stranger.post("/sign-in", ENTER)).header("location") == "/inbox"
    assert await owner.fetchval("select count(*) from recovery_code") == 0
    acts = await owner.fetch("select act from audit where act like 'second_factor/%' order by uid")
    assert [row["act"] for row in acts] == ["second_factor/on", "second_factor/off"]


async def test_a_new_password_keeps_who_is_in_in(ann, enrolled):
    new = {"password": "tulip boat nine", "present": PASSWORD}

    told = await ann.post("/you/password", new, csrf_of="/you")
    assert told.header("location") == "/you?told=password"


async def test_the_pages_speak_the_readers_language(ask, owner, world, with_password):
    ann = await signed_in(ask, owner, ANN)
    await owner.execute("update app_user set locale = 'de' where email = $1", ANN)
    await ann.post(f"{FACTOR}/begin", csrf_of="/you")

    assert "Den zweiten Faktor einrichten" in await ann.text(FACTOR)


async def test_in_a_browser_one_sets_it_up_signs_out_and_comes_in_by_both(page, served, owner, world, with_password):
    await come_in(page, served, owner)
    await page.goto(f"{served}/you")
    await page.get_by_role("button", name="Set it up").click()
    assert await accessible(page) == []
    assert await page.get_by_role("img", name="The key as a picture").evaluate("each => each.naturalWidth") > 0
    letters = letters_in(await page.content())
    await page.get_by_label("Code from your app").fill(code_of(letters, ahead=False))
    await page.get_by_role("button", name="Turn it on").click()
    await expecting(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    assert await accessible(page) == []

    await page.context.clear_cookies()
    await page.goto(f"{served}/sign-in?next=/you")
    await page.get_by_label("Email address").fill(ANN)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expecting(page.get_by_label("Code from your app")).to_be_focused()
    assert await accessible(page) == []
    await page.get_by_label("Code from your app").fill(code_of(letters))
    await page.get_by_role("button", name="Sign in").click()
    await expecting(page.get_by_role("heading", name="Second factor")).to_be_visible()
    assert page.url == f"{served}/you"
    assert await accessible(page) == []
