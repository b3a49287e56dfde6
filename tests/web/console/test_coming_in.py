"""Coming in: by password, by link, by invitation, by the set-up link; and out again."""

import pytest

from leadhall.notify.entering import invite, set_up_link, sign_in_link
from leadhall.notify.mail_links import make_link
from leadhall.tenancy.passwords import hash_password
from leadhall.tenancy.sessions import find_session
from leadhall.tenancy.staff import NewStaff, add_staff
from tests.web.conftest import with_settings
from tests.web.console.browsing import Browser, csrf_in, signed_in, words_of

ANN = "ann@acme.example"
PASSWORD = "correct horse battery"
HTTPS = with_settings(public_url="https://leads.example.com")


@pytest.fixture
async def with_password(owner, world):
    hashed = await hash_password(PASSWORD)
    await owner.execute("update app_user set password_hash = $1 where email = $2", hashed, ANN)


async def test_who_is_not_signed_in_is_asked_to_and_comes_back(stranger, with_password):
    page = await stranger.text("/inbox?folder=all", status=401)

    told = await stranger.post("/sign-in", {"email": ANN, "password": PASSWORD, "next": "/inbox?folder=all"})
    assert 'value="/inbox?folder=all"' in page
    assert told.header("location") == "/inbox?folder=all"
    assert "Acme Plumbing" in await stranger.text("/inbox")


@pytest.mark.parametrize("given", [{"email": ANN, "password": "wrong"}, {"email": "no@one.example", "password": "x"}])
async def test_who_mistyped_and_who_is_unknown_are_answered_alike(stranger, with_password, given):
    told = await stranger.post("/sign-in", given, status=401)

    assert "Address and password do not belong together." in words_of(told.content.decode())
    assert stranger.cookie is None


async def test_guessing_is_stopped_after_five_tries(stranger, with_password):
    for _ in range(5):
        await stranger.post("/sign-in", {"email": ANN, "password": "guess"}, status=401)

    await stranger.post("/sign-in", {"email": ANN, "password": PASSWORD}, status=429)


async def test_signing_in_leads_to_no_other_site(stranger, with_password):
    for place in ("https://evil.example/", "//evil.example/", "/\\evil.example", "/a\nb"):
        told = await stranger.post("/sign-in", {"email": ANN, "password": PASSWORD, "next": place}, status=None)
        assert told.status in (303, 429)
        assert told.header("location") in ("/inbox", None)


async def test_a_form_of_another_site_signs_nobody_in(stranger, with_password):
    given = {"email": ANN, "password": PASSWORD}

    await stranger.post("/sign-in", given, sec_fetch_site="cross-site", status=400)
    await stranger.post("/sign-in", given, sec_fetch_site="same-site", status=400)
    assert stranger.cookie is None


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(stranger, with_password):
    told = await stranger.post("/sign-in", {"email": ANN, "password": PASSWORD})

    assert told.header("set-cookie").startswith("leadhall=lh_session_")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(told.header("set-cookie").split("; "))


@HTTPS
async def test_over_https_the_cookie_is_bound_to_the_host(stranger, with_password):
    told = await stranger.post("/sign-in", {"email": ANN, "password": PASSWORD})

    assert told.header("set-cookie").startswith("__Host-leadhall=")
    assert "Secure" in told.header("set-cookie").split("; ")


async def test_a_link_is_mailed_to_who_is_known_and_nobody_learns_who_is(stranger, owner, world):
    known = await stranger.post("/sign-in/link", {"email": "ANN@acme.example"}, status=200)
    unknown = await stranger.post("/sign-in/link", {"email": "no@one.example"}, status=200)

    rows = await owner.fetch("select business_id, facts from outbox where kind = 'sign_in'")
    assert [(row["business_id"], row["facts"]["recipient"]) for row in rows] == [(0, ANN)]
    assert words_of(known.content.decode()).replace("ANN@acme.example", "") == words_of(
        unknown.content.decode()
    ).replace("no@one.example", "")


async def test_a_link_shows_by_get_and_acts_by_post_once(stranger, owner, world):
    user_id = await owner.fetchval("select id from app_user where email = $1", ANN)
    path = await sign_in_link(owner, user_id, ANN)

    assert ANN in await stranger.text(path)
    assert stranger.cookie is None
    assert (await stranger.post(path)).header("location") == "/inbox"
    assert "Acme Plumbing" in await stranger.text("/inbox")
    await stranger.post(path, status=410)
    await stranger.text(path, status=410)


async def test_a_link_of_another_kind_lets_nobody_in(stranger):
    await stranger.text("/enter/lh_mail_made_up", status=410)


async def test_an_invitation_names_the_business_and_confirms_the_address(stranger, owner, world, worker_pool, key):
    staff = await add_staff(owner, world.first.id, NewStaff(email="eve@acme.example", display_name="Eve"))
    await invite(owner, world.first.id, staff.uid, staff.email)
    path = await _invited(owner, world, staff)

    assert "Join Acme Plumbing" in await stranger.text(path)
    await stranger.post(path, {"first_name": "Eve", "last_name": "New", "password": PASSWORD})
    row = await owner.fetchrow("select * from app_user where email = 'eve@acme.example'")
    assert row["email_verified_at"] is not None
    assert (row["first_name"], row["last_name"]) == ("Eve", "New")
    await Browser(stranger._ask).post("/sign-in", {"email": "eve@acme.example", "password": PASSWORD})


async def _invited(owner, world, staff):
    return await make_link(
        owner, "invitation", business_id=world.first.id, address=staff.email, user_id=staff.user_id, staff_uid=staff.uid
    )


async def test_a_password_that_is_too_short_is_told_and_the_link_stays(stranger, owner, world):
    staff = await add_staff(owner, world.first.id, NewStaff(email="eve@acme.example", display_name="Eve"))
    path = await _invited(owner, world, staff)

    told = await stranger.post(path, {"password": "short"}, status=422)
    assert "10 to 200 characters" in told.content.decode()
    await stranger.post(path)


GUESSABLE = {"de": "Dieses Passwort gehört zu den ersten", "fr": "Ce mot de passe est parmi les premiers"}


@pytest.mark.parametrize("locale", GUESSABLE)
async def test_a_guessable_password_is_told_in_the_readers_words_and_the_link_stays(stranger, owner, world, locale):
    staff = await add_staff(owner, world.first.id, NewStaff(email="eve@acme.example", display_name="Eve"))
    await owner.execute("update app_user set locale = $1 where id = $2", locale, staff.user_id)
    path = await _invited(owner, world, staff)

    told = await stranger.post(path, {"password": "acme-plumbing"}, status=422)
    assert GUESSABLE[locale] in words_of(told.content.decode())
    await stranger.post(path)


async def test_nobody_changes_to_a_guessable_password(ann):
    told = await ann.post("/you/password", {"password": "password123"}, csrf_of="/you", status=422)

    assert "among the first that are guessed" in told.content.decode()


async def test_the_set_up_link_makes_directory_owner_and_business(ask, owner, emptying):
    await owner.execute(emptying)
    path = await set_up_link(owner)
    stranger = Browser(ask)
    page = await stranger.text(path)
    company = {"company": "Harbour Kitchens", "email": "olivia@hk.example", "first_name": "Olivia", "country": "GB"}

    told = await stranger.post(path, company | {"time_zone": "Europe/London", "locale": "en-GB", "password": PASSWORD})
    assert "Set up Leadhall" in page
    assert told.header("location") == "/inbox?told=welcome"
    assert "Harbour Kitchens" in await stranger.text("/inbox")
    row = await owner.fetchrow(
        "select country, time_zone, role from business b join staff s on s.uid = b.owner_staff_uid"
    )
    assert tuple(row) == ("GB", "Europe/London", "owner")


async def test_a_set_up_link_is_over_when_a_newer_one_was_told(stranger, owner, world):
    first = await set_up_link(owner)
    await set_up_link(owner)

    await stranger.text(first, status=410)


async def test_an_installation_is_set_up_once(stranger, owner, world):
    told = await stranger.post(await set_up_link(owner), {"company": "X", "email": "x@y.example"}, status=422)

    assert "set up already" in told.content.decode()


async def test_signing_out_ends_the_session(ann, owner):
    secret = ann.cookie.partition("=")[2]
    await ann.post("/sign-out", csrf_of="/you")

    assert await find_session(owner, secret) is None
    assert ann.cookie is None


async def test_sign_ins_are_listed_and_ended(ask, owner, ann):
    other = await signed_in(ask, owner, ANN)
    uid = await owner.fetchval("select uid from session order by created_at desc, uid desc limit 1")

    assert uid in await ann.text("/you")
    await ann.post("/you/sessions", {"uid": uid}, csrf_of="/you")
    await other.text("/inbox", status=401)
    await ann.text("/inbox")


async def test_nobody_ends_anothers_sign_in(ann, cal, owner):
    uid = await owner.fetchval(
        "select s.uid from session s join app_user u on u.id = s.user_id where u.email like 'cal%'"
    )

    await ann.post("/you/sessions", {"uid": uid}, csrf_of="/you", status=404)
    await cal.text("/inbox")


async def test_a_new_password_needs_the_old_one_and_ends_other_sign_ins(ask, owner, ann, with_password):
    other = await signed_in(ask, owner, ANN)
    new = {"password": "another good password"}

    await ann.post("/you/password", new | {"present": "wrong"}, csrf_of="/you", status=422)
    await ann.post("/you/password", new | {"present": PASSWORD}, csrf_of="/you")
    await ann.text("/inbox")
    await other.text("/inbox", status=401)


async def test_who_serves_several_businesses_switches_between_them(ann, owner, world):
    await add_staff(owner, world.second.id, NewStaff(email=ANN, display_name="Ann", role="manager"))
    page = await ann.text("/inbox")

    assert "Bright Dental" in page
    await ann.post("/switch", {"business": world.second.uid}, csrf_of="/inbox")
    assert f'value="{world.second.uid}" selected' in await ann.text("/inbox")


async def test_a_page_from_before_the_switch_does_nothing_in_the_other_business(ann, owner, world):
    await add_staff(owner, world.second.id, NewStaff(email=ANN, display_name="Ann", role="manager"))
    old = csrf_in(await ann.text("/you"))
    await ann.post("/switch", {"business": world.second.uid}, csrf_of="/inbox")

    await ann.post("/you/phone", {"csrf": old, "number": "+14155550132"}, status=400)


async def test_a_business_that_one_does_not_serve_is_not_found(ann, world):
    await ann.post("/switch", {"business": world.second.uid}, csrf_of="/inbox", status=404)


async def test_who_left_a_business_sees_it_no_more(cal, owner, world):
    await owner.execute("update staff set deleted_at = now() where uid = $1", world.colleague)

    assert (await cal.get("/inbox")).header("location") == "/welcome"
    assert "You serve no business yet" in await cal.text("/welcome")


async def test_an_administrator_makes_the_first_business(ask, owner, world):
    await owner.execute(
        "insert into directory_admin select $1, id from app_user where email = $2", world.directory.id, ANN
    )
    await owner.execute("update staff set deleted_at = now() where uid = $1", world.first.owner)
    ann = await signed_in(ask, owner, ANN)

    await ann.post("/welcome", {"company": "New Place"}, csrf_of="/welcome")
    assert "New Place" in await ann.text("/inbox")


async def test_pages_are_in_the_readers_language_and_direction(ann, owner):
    await ann.post("/you", {"locale": "he", "first_name": "Ann"}, csrf_of="/you")

    assert '<html lang="he" dir="rtl">' in await ann.text("/inbox")


async def test_a_session_ends_when_it_is_idle_or_old(ann, owner):
    await owner.execute("update session set seen_at = now() - interval '12 hours 1 second'")
    await ann.text("/inbox", status=401)

    await owner.execute("update session set seen_at = now(), created_at = now() - interval '30 days 1 second'")
    await ann.text("/inbox", status=401)
