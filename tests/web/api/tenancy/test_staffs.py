import pytest

from leadhall.tenancy.sessions import find_session, open_session

ANN = {"email": "ann@acme.example", "display_name": "A"}
BOB = {"email": "bob@acme.example", "display_name": "Bob"}
EVE = {"email": "eve@acme.example", "display_name": "Eve"}
MANDATORY = "staff.display_name is a mandatory field"
STAFFS = "/platform/v1/businesses/{}/staffs"


@pytest.fixture
def staffs(world):
    return STAFFS.format(world.first.uid)


async def test_staff_are_listed_with_words_for_flags(ask, world, staffs):
    told = (await ask.get(f"{staffs}?status=active", token=world.directory.token)).json["data"]["staff"]
    plain = (await ask.get("/v2/staffs", token=world.first.token)).json["data"]

    assert [each["id"] for each in told] == [world.first.owner, world.colleague]
    assert (told[0]["active"], told[0]["deleted"], told[0]["role"]) == ("true", "false", "owner")
    assert plain == told


async def test_a_list_of_people_is_let_in_as_a_quick_start_sends_it(ask, world, staffs, owner):
    people = [{"email": f"p{n}@acme.example", "display_name": f"P {n}", "role": "manager"} for n in range(2)]
    told = await ask.post(staffs, token=world.directory.token, json=people)

    assert told.status == 200
    assert [each["role"] for each in told.json["data"]["staff"]] == ["manager", "manager"]
    events = await owner.fetch("select facts from outbox where kind = 'staff'")
    assert [row["facts"]["staff_uid"] for row in events] == [each["id"] for each in told.json["data"]["staff"]]


async def test_one_person_is_let_in_and_called_what_this_business_calls_them(ask, world, staffs, owner):
    await owner.execute("update app_user set first_name = 'Secretly' where email = 'dee@corner.example'")
    body = {"staff": {"email": "Dee@corner.example", "display_name": "D"}, "meta": {"invite": False}}
    told = (await ask.post(staffs, token=world.first.token, json=body)).json["data"]["staff"][0]

    assert (told["display_name"], told["first_name"], told["role"]) == ("D", None, "user")


@pytest.mark.parametrize(
    ("body", "mailed"),
    [
        ({"staff": BOB}, ["bob"]),
        ({"staff": BOB, "meta": {"invite": True}}, ["bob"]),
        ({"staff": BOB, "meta": {"invite": False}}, []),
        ({"staff": BOB, "meta": {"invite": "false"}}, []),
        ({"staff": BOB, "meta": None}, ["bob"]),
        ([{"staff": BOB, "meta": {"invite": False}}, {"staff": EVE}], ["eve"]),
        ([BOB | {"meta": {"invite": False}}, EVE], ["eve"]),
        ({"staff": [BOB | {"meta": {"invite": True}}, EVE], "meta": {"invite": False}}, ["bob"]),
    ],
)
async def test_who_is_let_in_is_mailed_unless_the_caller_says_not_to_invite(ask, world, owner, body, mailed):
    told = (await ask.post(STAFFS.format(world.first.uid), token=world.directory.token, json=body)).json

    rows = await owner.fetch("select facts ->> 'recipient' as who from outbox where kind = 'invitation' order by 1")
    assert [row["who"] for row in rows] == [f"{name}@acme.example" for name in mailed]
    invited = [each["display_name"] for each in told["data"]["staff"] if each["invite_sent"]]
    assert invited == [name.title() for name in mailed]


async def test_when_an_invitation_was_sent_is_told_to_the_second(ask, world, staffs, owner):
    made = (await ask.post(staffs, token=world.directory.token, json={"staff": BOB})).json["data"]["staff"][0]
    told = (await ask.get(f"{staffs}/{made['id']}", token=world.first.token)).json["data"]["staff"][0]

    at = await owner.fetchval("select invite_sent_at at time zone 'UTC' from staff where uid = $1", made["id"])
    assert told["invite_sent"] == made["invite_sent"] == f"{at:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("body", "message", "data"),
    [
        ({"meta": {}}, "staff parameters are missing", None),
        ({"staff": ""}, "staff parameters are missing", None),
        ({"staff": []}, "staff parameters are missing", None),
        ({"staff": "x"}, "Unable to create staff", ["staff must be a list of at most 1000 objects"]),
        ({"staff": [ANN] * 51}, "Unable to create staff", ["At most 50 people at once"]),
        ({"staff": ANN}, "Unable to create staff", ["staff.email already in use"]),
        ({"staff": {}}, "Unable to create staff", ["staff.email is required", MANDATORY]),
        ({"staff": {"email": "x"}}, "Unable to create staff", [MANDATORY, "staff.email must be valid"]),
        ({"staff": BOB | {"role": "king"}}, "Unable to create staff", ["staff.role must be valid"]),
        ({"staff": BOB | {"role": []}}, "Unable to create staff", ["staff.role must be valid"]),
        ({"staff": BOB, "meta": {"invite": "?"}}, "Unable to create staff", ["meta.invite must be true or false"]),
    ],
)
async def test_who_cannot_be_let_in_is_told_in_upstreams_words(ask, world, body, message, data):
    told = await ask.post(STAFFS.format(world.first.uid), token=world.directory.token, json=body)

    assert (told.status, told.json["message"], told.json["data"]) == (400, message, data)


@pytest.mark.parametrize("role", ["owner", "king", {}, "admin'; drop table staff"])
async def test_nobody_is_let_in_as_owner_or_as_what_is_no_role(ask, world, staffs, owner, role):
    body = {"staff": {"email": "x@acme.example", "display_name": "X", "role": role}}

    assert (await ask.post(staffs, token=world.directory.token, json=body)).status == 400
    assert await owner.fetchval("select count(*) from staff") == 4


async def test_one_bad_person_of_a_list_lets_nobody_in(ask, world, staffs, owner):
    people = [{"email": "good@acme.example", "display_name": "G"}, {"email": "bad"}]

    assert (await ask.post(staffs, token=world.directory.token, json=people)).status == 400
    assert await owner.fetchval("select count(*) from staff") == 4


async def test_who_is_let_go_is_gone_with_their_tokens_and_still_known(ask, world, staffs):
    gone = await ask("DELETE", f"{staffs}/{world.colleague}", token=world.first.token)
    again = await ask("DELETE", f"{staffs}/{world.colleague}", token=world.first.token)
    told = (await ask.get(f"{staffs}/{world.colleague}", token=world.first.token)).json["data"]["staff"]

    assert (gone.json, again.status) == ({"status": "OK"}, 200)
    assert [each["deleted"] for each in told] == ["true"]
    assert (await ask.get("/v2/staffs", token=world.colleague_token)).status == 401


async def test_the_owner_stays(ask, world, staffs):
    assert (await ask("DELETE", f"{staffs}/{world.first.owner}", token=world.directory.token)).status == 422


async def test_people_and_businesses_of_others_are_not_there(ask, world, staffs):
    foreign = STAFFS.format(world.outsider.business.uid)
    tried = [
        await ask.get(f"{staffs}/{world.outsider.business.owner}", token=world.directory.token),
        await ask.get(f"{staffs}/nobody", token=world.directory.token),
        await ask.get(foreign, token=world.directory.token),
        await ask("DELETE", f"{foreign}/{world.outsider.business.owner}", token=world.directory.token),
        await ask.get(staffs, token=world.second.token),
    ]

    assert [each.status for each in tried] == [404] * 5


async def test_signing_somebody_out_ends_their_sessions(ask, world, staffs, owner):
    user_id = await owner.fetchval("select user_id from staff where uid = $1", world.colleague)
    secret = await open_session(owner, user_id)
    told = await ask("DELETE", f"{staffs}/{world.colleague}/sessions", token=world.directory.token)

    assert (len(told.json["data"]["revoked"]), told.json["status"]) == (1, "OK")
    assert await find_session(owner, secret) is None
