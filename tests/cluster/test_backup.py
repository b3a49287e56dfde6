import asyncio
import json
import os
import pwd
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from leadhall.cluster import backup as backup_module
from leadhall.cluster.backup import backup
from leadhall.cluster.binaries import locate
from leadhall.cluster.errors import BackupFault, InUse
from leadhall.cluster.manifest import check, manifest_path, sha256_of
from leadhall.cluster.place import Place
from leadhall.cluster.restore import restore
from leadhall.cluster.running import running
from tests.cluster.watching import FAST, ask, can_ask, eventually, open_folder, tell
from tests.cluster_fixture import drop_database, make_database

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TABLES = """
create schema leadhall;
create table leadhall.lead (uid text primary key, body jsonb, at timestamptz default now()) partition by list (uid);
create table leadhall.lead_rest partition of leadhall.lead default;
create table leadhall.sending (off boolean not null);
alter table leadhall.lead enable row level security;
create policy none on leadhall.lead to leadhall_app using (false);
create function leadhall.leads() returns bigint language plpgsql as '
begin return (select count(*) from leadhall.lead); end';
grant usage on schema leadhall to leadhall_app;
grant select on leadhall.lead to leadhall_app;
insert into leadhall.lead select n::text, '{"ß": "\\u00e9"}' from generate_series(1, 300) n;
"""


async def nothing(_connection):
    """For restores whose hook is not the matter."""


async def switch_off(connection):
    await connection.execute("insert into sending values (true)")


@pytest.fixture
def admin(dsn):
    return dsn.as_admin("postgres")


@pytest.fixture
def database(admin):
    made = asyncio.run(make_database(admin))
    yield made
    asyncio.run(drop_database(made))


@pytest.fixture
def filled(database):
    tell(database, TABLES, role="leadhall_owner")
    return database


@pytest.fixture
def empty(admin):
    made = asyncio.run(make_database(admin))
    yield made
    asyncio.run(drop_database(made))


@pytest.fixture
def dump(filled, tmp_path):
    """A backup made by the superuser of the embedded cluster, with the newest programs."""
    asyncio.run(backup(filled.as_admin().uri(), locate(), tmp_path / "b.dump", leadhall="1.0", at=AT))
    return tmp_path / "b.dump"


def bring_back(dsn, dump, *, after=nothing, replace=False):
    return asyncio.run(restore(dsn.uri(), locate(), dump, after=after, at=AT, replace=replace))


def whoami():
    return pwd.getpwuid(os.geteuid()).pw_name


def contents(dsn):
    return ask(dsn, "select md5(array_agg(l order by uid)::text) from leadhall.lead l", role="leadhall_owner")


def test_a_manifest_tells_rows_versions_and_time(dump):
    manifest = check(dump)

    assert manifest.rows == {"lead_rest": 300, "sending": 0}
    assert (manifest.leadhall, manifest.made_at) == ("1.0", AT)


def test_a_backup_is_for_our_eyes_only(dump):
    assert [path.stat().st_mode & 0o777 for path in (dump, manifest_path(dump))] == [0o600, 0o600]


def test_a_backup_leaves_no_half_files(dump):
    assert sorted(path.name for path in dump.parent.iterdir()) == ["b.dump", "b.dump.json"]


def test_a_backup_never_overwrites_one(filled, dump):
    before = dump.read_bytes()

    with pytest.raises(BackupFault, match="there already"):
        asyncio.run(backup(filled.uri(), locate(), dump, leadhall="1.0", at=AT))
    assert dump.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told(filled):
    with pytest.raises(BackupFault, match="cannot be made"):
        asyncio.run(backup(filled.uri(), locate(), Path("/proc/none/b.dump"), leadhall="1.0", at=AT))


@pytest.fixture
def plain(admin):
    """A login that is no member of our roles, as on a hosted PostgreSQL; it has two databases of its own."""
    cluster = Path(ask(admin, "show data_directory"))
    rules, names = cluster / "pg_hba.conf", cluster / "pg_ident.conf"
    before = rules.read_bytes(), names.read_bytes()
    rules.write_bytes(before[0] + b"local all plain peer map=leadhall\n")
    names.write_text(names.read_text().replace(" leadhall\n", " leadhall\n" + f'leadhall "{whoami()}" plain\n', 1))
    tell(admin, "create role plain login; select pg_reload_conf()")
    for database in ("plain_one", "plain_two"):
        tell(admin, f"create database {database} owner plain")
    yield [replace(admin, user="plain", database=database) for database in ("plain_one", "plain_two")]
    for database in ("plain_one", "plain_two"):
        tell(admin, f"drop database {database} with (force)")
    rules.write_bytes(before[0])
    names.write_bytes(before[1])
    tell(admin, "drop role plain; select pg_reload_conf()")


def test_a_login_without_the_roles_can_back_up_and_restore(plain, tmp_path):
    one, two = plain
    eventually(lambda: can_ask(one))
    tell(one, "create schema leadhall; create table leadhall.lead as select 7 as n")
    asyncio.run(backup(one.uri(), locate(), tmp_path / "b.dump", leadhall="1.0", at=AT))
    bring_back(two, tmp_path / "b.dump")

    assert ask(two, "select n from leadhall.lead") == 7


def test_what_is_restored_equals_what_was_backed_up(filled, empty, dump):
    bring_back(empty.as_admin(), dump)

    assert contents(empty) == contents(filled)


def test_a_backup_of_an_older_postgresql_is_restored_on_ours(dump, programs):
    """Debian's 15.20 writes what the embedded 18 refuses."""
    with open_folder() as folder, running(Place.of(folder / "data"), pg_bin=programs[18], settings=FAST) as ours:
        bring_back(ours.as_admin(), dump)

        assert ask(ours, "select count(*) from leadhall.lead", role="leadhall_owner") == 300


def test_the_login_alone_can_back_up_and_restore(filled, empty, tmp_path):
    """As with DATABASE_URL: no superuser, no password, a member of the roles."""
    asyncio.run(backup(filled.uri(), locate(), tmp_path / "b.dump", leadhall="1.0", at=AT))
    bring_back(empty, tmp_path / "b.dump")

    assert contents(empty) == contents(filled)


def test_row_level_security_and_rights_come_back(empty, dump):
    bring_back(empty.as_admin(), dump)

    assert ask(empty, "select count(*) from leadhall.lead", role="leadhall_app") == 0
    assert ask(empty, "select count(*) from leadhall.lead", role="leadhall_owner") == 300


def test_functions_find_their_tables_after_a_restore(empty, dump):
    bring_back(empty.as_admin(), dump)

    assert ask(empty, "select leadhall.leads()", role="leadhall_owner") == 300


def test_a_corrupted_dump_is_refused_before_anything_is_touched(empty, dump):
    whole = bytearray(dump.read_bytes())
    whole[len(whole) // 2] ^= 1
    dump.write_bytes(whole)

    with pytest.raises(BackupFault, match="not what was backed up"):
        bring_back(empty.as_admin(), dump)
    assert not ask(empty, "select to_regnamespace('leadhall') is not null")


def test_a_dump_cut_short_is_refused(empty, dump):
    dump.write_bytes(dump.read_bytes()[:-1])

    with pytest.raises(BackupFault, match="size or checksum"):
        bring_back(empty.as_admin(), dump)


def test_a_dump_without_its_manifest_is_refused(empty, dump):
    manifest_path(dump).unlink()

    with pytest.raises(BackupFault, match="cannot be read"):
        bring_back(empty.as_admin(), dump)


def test_other_rows_than_were_counted_are_refused_and_leave_nothing(empty, dump):
    told = json.loads(manifest_path(dump).read_text())
    told["rows"]["lead_rest"] = 301
    manifest_path(dump).write_text(json.dumps(told))

    with pytest.raises(BackupFault, match="lead_rest"):
        bring_back(empty.as_admin(), dump)
    assert not ask(empty, "select exists (select from pg_namespace where nspname like 'leadhall%')")


def test_sending_is_off_in_the_very_commit_that_brings_the_rows(empty, dump):
    bring_back(empty.as_admin(), dump, after=switch_off)

    one_commit = "select s.xmin = n.xmin from leadhall.sending s, pg_namespace n where n.nspname = 'leadhall'"
    assert ask(empty, one_commit, role="leadhall_owner")


def test_a_restore_whose_hook_fails_leaves_the_database_as_it_was(filled, dump):
    async def fail(_connection):
        raise ZeroDivisionError

    tell(filled, "delete from leadhall.lead where uid = '1'", role="leadhall_owner")
    with pytest.raises(ZeroDivisionError):
        bring_back(filled.as_admin(), dump, after=fail, replace=True)

    assert ask(filled, "select count(*) from leadhall.lead", role="leadhall_owner") == 299


def test_a_schema_in_the_way_is_refused(filled, dump):
    with pytest.raises(BackupFault, match="--replace"):
        bring_back(filled.as_admin(), dump)


def test_what_is_replaced_is_kept_under_another_name(filled, dump):
    tell(filled, "delete from leadhall.lead", role="leadhall_owner")
    restored = bring_back(filled.as_admin(), dump, replace=True)

    assert restored.kept == "leadhall_before_20261122t093000"
    assert ask(filled, "select count(*) from leadhall_before_20261122t093000.lead", role="leadhall_owner") == 0
    assert ask(filled, "select count(*) from leadhall.lead", role="leadhall_owner") == 300


def test_a_database_that_is_served_is_not_restored(filled, dump):
    async def attempt():
        server = await asyncpg.connect(**filled.asyncpg_kwargs(), server_settings={"application_name": "leadhall app"})
        try:
            await restore(filled.as_admin().uri(), locate(), dump, after=nothing, at=AT, replace=True)
        finally:
            await server.close()

    with pytest.raises(InUse, match="in use"):
        asyncio.run(attempt())


def test_a_database_without_the_schema_is_not_backed_up(empty, tmp_path):
    with pytest.raises(BackupFault, match="nothing to back up"):
        asyncio.run(backup(empty.uri(), locate(), tmp_path / "b.dump", leadhall="1.0", at=AT))


def test_a_dump_program_that_fails_is_quoted(filled, tmp_path, monkeypatch):
    monkeypatch.setenv("PGOPTIONS", "-c no_such_setting=1")

    with pytest.raises(BackupFault, match="no_such_setting"):
        asyncio.run(backup(filled.uri(), locate(), tmp_path / "b.dump", leadhall="1.0", at=AT))


def test_a_backup_that_fails_leaves_no_file(filled, tmp_path, monkeypatch):
    monkeypatch.setenv("PGOPTIONS", "-c no_such_setting=1")

    with pytest.raises(BackupFault):
        asyncio.run(backup(filled.uri(), locate(), tmp_path / "b.dump", leadhall="1.0", at=AT))
    assert list(tmp_path.iterdir()) == []


def test_a_dump_that_fits_no_longer_is_refused_with_the_programs_words(empty, dump, admin):
    """Its roles are gone: psql's refusal is quoted and its transaction rolled back."""
    tell(admin, "alter role leadhall_app rename to leadhall_gone")
    try:
        with pytest.raises(BackupFault, match='role "leadhall_app" does not exist'):
            bring_back(empty.as_admin(), dump)
        assert not ask(empty, "select exists (select from pg_namespace where nspname like 'leadhall%')")
    finally:
        tell(admin, "alter role leadhall_gone rename to leadhall_app")


def test_a_dump_that_its_program_cannot_read_is_refused_and_rolled_back(empty, dump):
    """Whole by its checksum, yet cut: the script ends in the middle, which must not look like its end."""
    dump.write_bytes(dump.read_bytes()[:-2000])
    told = json.loads(manifest_path(dump).read_text())
    told |= {"sha256": sha256_of(dump), "size_bytes": dump.stat().st_size}
    manifest_path(dump).write_text(json.dumps(told))

    with pytest.raises(BackupFault, match="pg_restore failed"):
        bring_back(empty.as_admin(), dump)
    assert not ask(empty, "select exists (select from pg_namespace where nspname like 'leadhall%')")


def test_the_rows_are_those_of_the_dumped_moment(filled, tmp_path, monkeypatch):
    """A lead that comes between the dump and the count is in neither."""
    dump_really = backup_module._dump

    def dump_and_write(*arguments):
        dump_really(*arguments)
        tell(filled, "insert into leadhall.lead values ('late')", role="leadhall_owner")

    monkeypatch.setattr(backup_module, "_dump", dump_and_write)
    manifest = asyncio.run(backup(filled.uri(), locate(), tmp_path / "b.dump", leadhall="1.0", at=AT))

    assert manifest.rows["lead_rest"] == 300
