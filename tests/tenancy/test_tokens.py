"""Tokens: shown once, kept as a hash, limited as told, rotated without a gap."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from leadhall.core.errors import AlreadyExists, Invalid, NotFound
from leadhall.core.operation import SCOPES
from leadhall.tenancy.tokens import (
    FOR_WEBSITE,
    Grant,
    create_token,
    get_token,
    import_token,
    list_tokens,
    revoke_token,
    rotate_token,
)


def for_owner(world, **more):
    return Grant(kind="staff", business_id=world.first.id, staff_uid=world.first.owner, **more)


def grants(world):
    return {
        "lh_staff_": for_owner(world),
        "lh_app_": Grant(kind="app", app_id=world.app.id, business_id=world.first.id),
        "lh_dir_": Grant(kind="directory", directory_id=world.directory.id),
        "lh_client_": Grant(kind="client", business_id=world.first.id, client_uid="somebody"),
    }


@pytest.mark.parametrize("prefix", ["lh_staff_", "lh_app_", "lh_dir_", "lh_client_"])
async def test_a_secret_shows_its_kind_and_works(owner, world, doorkeeper, prefix):
    grant = grants(world)[prefix]

    token = await create_token(owner, grant)

    assert token.secret.startswith(prefix)
    caller = await doorkeeper.identify(token.secret, None)
    assert (caller.kind, caller.token_uid, caller.directory_id) == (grant.kind, token.uid, world.directory.id)


async def test_the_secret_is_nowhere_in_the_database(owner, world):
    token = await create_token(owner, for_owner(world))

    for table in ("token", "audit"):
        rows = await owner.fetch(f"select * from {table}")
        assert rows
        assert token.secret[9:] not in str(rows)


async def test_a_token_has_all_scopes_of_its_kind_unless_told(owner, world):
    whole = await create_token(owner, for_owner(world))
    website = await create_token(owner, for_owner(world, scopes=FOR_WEBSITE))

    assert set((await get_token(owner, whole.uid)).scopes) == set(SCOPES)
    assert (await get_token(owner, website.uid)).scopes == ["leads:write"]


async def test_a_token_keeps_every_limit_it_was_given(owner, world):
    expires_at = datetime(2040, 1, 1, tzinfo=UTC)
    token = await create_token(
        owner,
        Grant(
            kind="directory",
            directory_id=world.directory.id,
            label="Website",
            only_businesses=[world.second.id],
            cidrs=["10.1.2.3/8", "::1"],
            mode="test",
            rate_per_s=2.5,
            burst=7,
            expires_at=expires_at,
            issued_by="somebody",
        ),
    )

    kept = await get_token(owner, token.uid)
    assert (kept.label, kept.only_businesses, kept.cidrs) == ("Website", [world.second.uid], ["10.0.0.0/8", "::1/128"])
    assert (kept.mode, kept.rate_per_s, kept.burst) == ("test", 2.5, 7)
    assert (kept.expires_at, kept.issued_by) == (expires_at, "somebody")


async def test_every_fault_of_a_grant_is_told_at_once(owner, world):
    grant = for_owner(
        world,
        scopes=["everything"],
        cidrs=["somewhere"],
        rate_per_s=-1,
        mode="trial",
        label="x" * 256,
        expires_at=datetime(2040, 1, 1),  # noqa: DTZ001 - the fault under test
    )

    with pytest.raises(Invalid) as refusal:
        await create_token(owner, grant)

    fields = {fault.field for fault in refusal.value.faults}
    assert fields == {"scopes", "cidrs", "rate_per_s", "mode", "label", "expires_at"}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda w: Grant(kind="staff", business_id=w.second.id, staff_uid=w.first.owner),
        lambda w: Grant(kind="staff", business_id=w.first.id),
        lambda w: Grant(
            kind="staff", business_id=w.first.id, staff_uid=w.first.owner, directory_id=w.outsider.directory.id
        ),
        lambda w: Grant(kind="app", app_id=w.app.id, business_id=w.second.id),
        lambda _: Grant(kind="directory"),
        lambda w: Grant(kind="client", business_id=w.first.id),
        lambda w: Grant(kind="directory", directory_id=w.directory.id, only_businesses=[w.outsider.business.id]),
        lambda w: Grant(kind="directory", directory_id=w.directory.id, only_businesses=[]),
    ],
    ids=[
        "staff-elsewhere",
        "nobody",
        "other-directory",
        "app-not-there",
        "no-directory",
        "no-client",
        "foreign",
        "none",
    ],
)
async def test_no_token_is_made_for_who_is_not_there(owner, world, wrong):
    with pytest.raises(NotFound):
        await create_token(owner, wrong(world))


async def test_an_existing_secret_is_imported_by_itself_or_by_its_hash(owner, world, doorkeeper):
    by_secret, by_hash = "a5" * 32, "b6" * 32
    await import_token(owner, for_owner(world), secret=by_secret)
    imported = await import_token(owner, for_owner(world), sha256=hashlib.sha256(by_hash.encode()).hexdigest().upper())

    assert imported.secret is None
    for secret in (by_secret, by_hash):
        assert (await doorkeeper.identify(secret, None)).staff_uid == world.first.owner


async def test_a_secret_is_imported_once(owner, world):
    with pytest.raises(AlreadyExists):
        await import_token(owner, for_owner(world), secret=world.second.token)


@pytest.mark.parametrize(
    "told",
    [{}, {"secret": "a" * 16, "sha256": "a" * 64}, {"secret": "short"}, {"sha256": "a" * 63}, {"sha256": "g" * 64}],
)
async def test_what_cannot_be_imported_is_refused(owner, world, told):
    with pytest.raises(Invalid):
        await import_token(owner, for_owner(world), **told)


async def test_a_mistyped_secret_of_ours_is_not_imported(owner, world):
    with pytest.raises(Invalid):
        await import_token(owner, for_owner(world), secret=world.first.token[:-1] + "x")


async def test_tokens_are_listed_masked_and_in_pages(owner, world):
    everything = await list_tokens(owner, directory_id=world.directory.id)
    first = await list_tokens(owner, directory_id=world.directory.id, limit=3)
    rest = await list_tokens(owner, directory_id=world.directory.id, after=first[-1].uid)

    assert first + rest == everything
    assert world.first.token not in str(everything)


async def test_a_directory_or_business_lists_its_own_tokens_only(owner, world):
    mine = {token.business_uid for token in await list_tokens(owner, business_id=world.second.id)}
    ours = {token.directory_uid for token in await list_tokens(owner, directory_id=world.directory.id)}

    assert (mine, ours) == ({world.second.uid}, {world.directory.uid})


async def test_the_hint_is_where_a_secret_starts_and_its_last_four(owner, world):
    token = await create_token(owner, for_owner(world))

    assert (await get_token(owner, token.uid)).hint == f"{token.secret[:8]}…{token.secret[-4:]}"


async def test_revoking_is_recorded_once(owner, world):
    token = await create_token(owner, for_owner(world))

    await revoke_token(owner, token.uid, actor="ann")
    await revoke_token(owner, token.uid, actor="bob")

    acts = await owner.fetch("select act, actor from audit where subject = $1 order by at, uid", token.uid)
    assert [tuple(act) for act in acts] == [("token/created", "operator"), ("token/revoked", "ann")]


@pytest.mark.parametrize("act", [get_token, revoke_token, rotate_token])
async def test_an_unknown_token_is_not_found(owner, act):
    with pytest.raises(NotFound):
        await act(owner, "nothing")


async def test_during_the_grace_both_secrets_work_for_one_principal(owner, world, doorkeeper):
    old = await create_token(owner, for_owner(world, label="Website", scopes=FOR_WEBSITE))

    new = await rotate_token(owner, old.uid, grace=timedelta(days=7))

    before, after = [await doorkeeper.identify(token.secret, None) for token in (old, new)]
    assert before.principal == after.principal == new.principal
    assert (after.scopes, after.staff_uid) == (before.scopes, before.staff_uid)


async def test_the_old_secret_dies_when_the_grace_is_over(owner, world):
    old = await create_token(owner, for_owner(world))

    await rotate_token(owner, old.uid, grace=timedelta(days=7))

    kept = await get_token(owner, old.uid)
    assert timedelta(days=6) < kept.expires_at - datetime.now(UTC) < timedelta(days=8)


async def test_the_grace_never_lengthens_a_life(owner, world):
    expires_at = datetime.now(UTC) + timedelta(days=1)
    old = await create_token(owner, for_owner(world, expires_at=expires_at))

    await rotate_token(owner, old.uid, grace=timedelta(days=7))

    assert (await get_token(owner, old.uid)).expires_at == expires_at


async def test_the_new_secret_lives_as_long_again(owner, world):
    old = await create_token(owner, for_owner(world, expires_at=datetime.now(UTC) + timedelta(days=30)))
    await owner.execute(
        "update token set created_at = created_at - interval '29 days', expires_at = expires_at - interval '29 days'"
        " where uid = $1",
        old.uid,
    )

    new = await rotate_token(owner, old.uid)

    left = (await get_token(owner, new.uid)).expires_at - datetime.now(UTC)
    assert timedelta(days=29) < left <= timedelta(days=30)


async def test_without_grace_the_old_secret_dies_at_once(owner, world):
    old = await create_token(owner, for_owner(world))
    await rotate_token(owner, old.uid)

    with pytest.raises(Invalid):
        await rotate_token(owner, old.uid)


async def test_a_revoked_token_is_not_rotated(owner, world):
    old = await create_token(owner, for_owner(world))
    await revoke_token(owner, old.uid)

    with pytest.raises(Invalid):
        await rotate_token(owner, old.uid)
