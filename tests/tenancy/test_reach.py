"""Which business a request is for: every name is resolved first, missing and foreign are one."""

import pytest

from leadhall.core.errors import Invalid, Mismatch, Unauthorized
from leadhall.tenancy.apps import install_app, uninstall_app
from leadhall.tenancy.businesses import BusinessChange, close_business, update_business
from leadhall.tenancy.names import free_name
from leadhall.tenancy.tokens import Grant, create_token
from tests.tenancy.test_doorkeeper import refused

HEADER, BODY = "X-On-Behalf-Of", "business_id"


@pytest.fixture
def reach(doorkeeper):
    """The uid of the business that a token and these names mean."""

    async def reach(token, *names, needed=True):
        caller = await doorkeeper.identify(token, None)
        assert doorkeeper.recognize(token, None) is caller
        try:
            business = await doorkeeper.reach(caller, names, needed=needed)
        except Exception:
            assert not any(doorkeeper.reached(caller, name) for _, name in names if len(names) == 1)
            raise
        if len(names) < 2:
            assert doorkeeper.reached(caller, names[0][1] if names else "") in (None, business)
        return business and business.uid

    return reach


async def not_reached(reach, token, *names):
    with pytest.raises(Unauthorized) as refusal:
        await reach(token, *names)
    assert refusal.value.first.code == "business_not_reachable"
    return refusal.value.faults


NAMES = ["uid", "nickname", "external_reference_id"]


@pytest.mark.parametrize("kind", NAMES)
async def test_staff_may_name_their_business_in_any_case_or_not_at_all(world, reach, kind):
    name = f" {getattr(world.first, kind).upper()} "

    assert await reach(world.first.token) == world.first.uid
    assert await reach(world.first.token, (HEADER, name), (BODY, name.lower())) == world.first.uid


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("token", [lambda w: w.first.token, lambda w: w.client_token, lambda w: w.app.token])
async def test_a_token_of_one_business_reaches_no_other(world, reach, token, kind):
    await not_reached(reach, token(world), (BODY, getattr(world.second, kind)))


@pytest.mark.parametrize("kind", ["uid", "nickname"])
@pytest.mark.parametrize("token", [lambda w: w.first.token, lambda w: w.client_token, lambda w: w.directory.token])
async def test_no_token_reaches_into_another_directory(world, reach, token, kind):
    await not_reached(reach, token(world), (BODY, getattr(world.outsider.business, kind)))


@pytest.mark.parametrize("kind", NAMES)
async def test_a_directory_reaches_each_of_its_businesses_by_each_name(world, reach, kind):
    for business in (world.first, world.second):
        assert await reach(world.directory.token, (HEADER, getattr(business, kind))) == business.uid
        assert await reach(world.directory.token, (BODY, getattr(business, kind))) == business.uid


async def test_what_was_reached_a_moment_ago_is_told_without_a_wait(world, doorkeeper):
    caller = await doorkeeper.identify(world.directory.token, None)
    reached = await doorkeeper.reach(caller, [(HEADER, world.first.nickname)])

    assert doorkeeper.reached(caller, f" {world.first.nickname.upper()} ") == reached
    assert doorkeeper.reached(caller, world.first.uid) is None


async def test_the_same_name_in_two_directories_means_each_ones_own(world, reach):
    assert world.first.external_reference_id == world.outsider.business.external_reference_id

    assert await reach(world.directory.token, (BODY, "CRM-1")) == world.first.uid
    assert await reach(world.outsider.directory.token, (BODY, "CRM-1")) == world.outsider.business.uid


async def test_missing_and_foreign_are_refused_in_the_same_words(world, reach):
    foreign = await not_reached(reach, world.directory.token, (BODY, world.outsider.business.uid))
    missing = await not_reached(reach, world.directory.token, (BODY, "nobody"))

    assert foreign == missing


async def test_two_names_for_one_business_are_fine(world, reach):
    names = (HEADER, world.first.nickname), (BODY, world.first.uid)

    assert await reach(world.directory.token, *names) == world.first.uid


async def test_two_names_for_two_businesses_are_a_mismatch(world, reach):
    with pytest.raises(Mismatch, match="X-On-Behalf-Of and business_id") as refusal:
        await reach(world.directory.token, (HEADER, world.first.uid), (BODY, world.second.uid))

    assert refusal.value.first.code == "business_mismatch"


@pytest.mark.parametrize("order", [1, -1])
async def test_one_that_is_out_of_reach_is_told_before_a_mismatch(world, reach, order):
    names = [(HEADER, world.first.uid), (BODY, world.outsider.business.uid)][::order]

    await not_reached(reach, world.directory.token, *names)


@pytest.mark.parametrize("blank", ["", "  ", None])
async def test_a_directory_that_names_none_is_told_the_upstream_sentence(world, reach, blank):
    names = [] if blank is None else [(HEADER, blank), (BODY, blank)]

    with pytest.raises(Invalid) as refusal:
        await reach(world.directory.token, *names)
    assert refusal.value.first.message == "Mandatory parameter business_id is missing"


async def test_where_none_is_needed_none_is_an_answer(world, reach):
    assert await reach(world.directory.token, needed=False) is None


async def test_an_app_reaches_the_business_it_was_issued_for(world, reach):
    assert await reach(world.app.token) == world.first.uid
    assert await reach(world.app.token, (BODY, world.first.nickname)) == world.first.uid


async def test_an_app_issued_for_none_reaches_those_that_have_it(owner, world, reach):
    assert await reach(world.app.free_token, (BODY, world.first.uid)) == world.first.uid
    await not_reached(reach, world.app.free_token, (BODY, world.second.nickname))
    await install_app(owner, world.app.id, world.second.id)

    assert await reach(world.app.free_token, (BODY, world.second.uid)) == world.second.uid


async def test_an_uninstalled_app_reaches_nothing(owner, world, reach):
    await uninstall_app(owner, world.app.id, world.first.id)

    await not_reached(reach, world.app.token)
    await not_reached(reach, world.app.token, (BODY, world.first.uid))
    await not_reached(reach, world.app.free_token, (BODY, world.first.uid))


async def test_a_list_of_businesses_limits_a_directorys_token(owner, world, reach):
    grant = Grant(kind="directory", directory_id=world.directory.id, only_businesses=[world.second.id])
    token = (await create_token(owner, grant)).secret

    assert await reach(token, (BODY, world.second.nickname)) == world.second.uid
    await not_reached(reach, token, (BODY, world.first.nickname))


async def test_a_closed_business_is_reached_by_nobody(owner, world, reach):
    await close_business(owner, world.first.uid)

    for token in (world.first.token, world.app.token, world.client_token):
        await not_reached(reach, token)
    for token in (world.first.token, world.directory.token, world.app.free_token):
        await not_reached(reach, token, (BODY, world.first.uid))


async def test_a_closing_is_felt_within_a_second(owner, world, reach):
    assert await reach(world.directory.token, (BODY, world.first.uid))
    await close_business(owner, world.first.uid)

    refusal = await refused(lambda: reach(world.directory.token, (BODY, world.first.uid)))
    assert refusal.first.code == "business_not_reachable"


async def test_a_freed_name_reaches_nothing(owner, world, reach):
    await free_name(owner, world.first.id, "nickname")

    await not_reached(reach, world.directory.token, (BODY, world.first.nickname))


async def test_a_renamed_business_is_reached_by_its_new_name(owner, world, reach):
    await update_business(owner, world.first.uid, BusinessChange(nickname="acme.pipes"))

    assert await reach(world.first.token, (BODY, "acme.pipes")) == world.first.uid


@pytest.mark.parametrize("name", ["nul\0", "\udcff", "x" * 100_000, "tab\tbed", "'; drop table token; --", "%", "*"])
@pytest.mark.parametrize("token", [lambda w: w.directory.token, lambda w: w.first.token])
async def test_a_name_that_can_be_nobodys_is_simply_out_of_reach(world, reach, token, name):
    await not_reached(reach, token(world), (BODY, name))


async def test_within_a_second_the_database_is_not_asked_again(world, doorkeeper, app_pool):
    caller = await doorkeeper.identify(world.directory.token, None)
    names = [(HEADER, world.first.nickname)]
    await doorkeeper.reach(caller, names)
    await app_pool.close()

    assert (await doorkeeper.reach(caller, names)).uid == world.first.uid


async def test_one_callers_answers_are_not_anothers(world, reach):
    assert await reach(world.directory.token, (BODY, world.second.nickname)) == world.second.uid

    await not_reached(reach, world.app.free_token, (BODY, world.second.nickname))
    await not_reached(reach, world.outsider.directory.token, (BODY, world.second.nickname))
    await not_reached(reach, world.first.token, (BODY, world.second.nickname))
