"""Apps, where they are installed, and form keys."""

import pytest

from leadhall.core.errors import AlreadyExists, Invalid, NotFound
from leadhall.core.secrets import hash_of
from leadhall.tenancy.apps import NewApp, create_app, find_app_by_secret, get_app, install_app, list_apps
from leadhall.tenancy.form_keys import create_form_key, list_form_keys, revoke_form_key


async def test_an_app_has_an_id_and_a_secret_of_64_hex(owner, world):
    app, secret = await create_app(owner, world.directory.id, NewApp(name="Zapper"))

    assert len(bytes.fromhex(app.client_id)) == len(bytes.fromhex(secret)) == 32


async def test_only_the_hash_of_the_secret_is_kept(owner, world):
    app, secret = await create_app(owner, world.directory.id, NewApp(name="Zapper"))

    row = await owner.fetchrow("select * from app where id = $1", app.id)
    assert row["client_secret_hash"] == hash_of(secret)
    assert secret not in str(row)


async def test_an_app_may_bring_its_id_and_secret_along(owner, world):
    new = NewApp(name="Zapper", client_id="ab" * 32, client_secret="cd" * 32)

    app, secret = await create_app(owner, world.directory.id, new)

    assert (app.client_id, secret) == ("ab" * 32, "cd" * 32)
    assert await find_app_by_secret(owner, "ab" * 32, "cd" * 32) == app


@pytest.mark.parametrize("wrong", ["id", "secret"])
async def test_a_wrong_id_or_secret_finds_no_app(owner, world, wrong):
    told = {"id": world.app.client_id, "secret": world.app.client_secret} | {wrong: "0" * 64}

    assert await find_app_by_secret(owner, told["id"], told["secret"]) is None


@pytest.mark.parametrize("field", ["code_name", "client_id"])
async def test_code_names_and_client_ids_are_given_once(owner, world, field):
    taken = {field: "taken" * 10}
    await create_app(owner, world.directory.id, NewApp(name="One", **taken))

    with pytest.raises(AlreadyExists) as refusal:
        await create_app(owner, world.outsider.directory.id, NewApp(name="Two", **taken))
    assert refusal.value.first.field == field


async def test_every_fault_of_an_app_is_told_at_once(owner, world):
    with pytest.raises(Invalid) as refusal:
        await create_app(owner, world.directory.id, NewApp(name="Zz", code_name="a b", client_id="short"))

    assert {fault.field for fault in refusal.value.faults} == {"name", "code_name", "client_id"}


async def test_an_app_is_not_found_from_another_directory(owner, world):
    with pytest.raises(NotFound):
        await get_app(owner, world.app.uid, directory_id=world.outsider.directory.id)
    assert await list_apps(owner, world.outsider.directory.id) == []


async def test_an_app_is_installed_in_its_own_directory_only(owner, world):
    await install_app(owner, world.app.id, world.second.id)

    with pytest.raises(NotFound):
        await install_app(owner, world.app.id, world.outsider.business.id)


async def test_a_form_key_lists_origins_as_browsers_send_them(owner, world):
    key = await create_form_key(
        owner, world.first.id, origins=["Example.com", "https://shop.example.com/", "http://localhost:8080"]
    )

    assert key.key.startswith("fk_")
    assert key.origins == ["https://example.com", "https://shop.example.com", "http://localhost:8080"]


@pytest.mark.parametrize(
    "origin", ["https://example.com/page", "*", "ftp://example.com", "https://a b", "", "https://*.x"]
)
async def test_what_is_no_origin_is_refused(owner, world, origin):
    with pytest.raises(Invalid) as refusal:
        await create_form_key(owner, world.first.id, origins=[origin])

    assert refusal.value.first.field == "origins"


async def test_a_revoked_form_key_stays_listed(owner, world):
    (key,) = await list_form_keys(owner, world.first.id)

    await revoke_form_key(owner, key.uid)

    (listed,) = await list_form_keys(owner, world.first.id)
    assert listed.revoked_at


async def test_an_unknown_form_key_cannot_be_revoked(owner, world):
    with pytest.raises(NotFound):
        await revoke_form_key(owner, "nothing")
