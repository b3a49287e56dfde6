import asyncio
from datetime import UTC, datetime

import pytest

from leadhall.cluster import upgrade as upgrade_module
from leadhall.cluster.errors import ClusterFault, InUse
from leadhall.cluster.place import Place
from leadhall.cluster.running import running
from leadhall.cluster.upgrade import upgrade
from tests.cluster.watching import FAST, ask, open_folder, tell

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TABLES = """
create schema leadhall;
create table leadhall.lead (id bigint generated always as identity, body text);
insert into leadhall.lead (body) select 'ß' || n from generate_series(1, 500) n;
grant usage on schema leadhall to leadhall_app;
grant select on leadhall.lead to leadhall_app;
"""


@pytest.fixture
def old(place, programs):
    return filled(place, programs)


def filled(place, programs):
    """A data folder of version 15 with some rows."""
    with running(place, pg_bin=programs[15], settings=FAST) as dsn:
        tell(dsn, TABLES, role="leadhall_owner")
    return place


def carry(place, programs):
    return asyncio.run(upgrade(place, at=AT, pg_bin=programs[18], old_bin=programs[15]))


@pytest.fixture(scope="module")
def carried(programs):
    """One upgrade that went well, for the claims about what it leaves."""
    with open_folder() as folder:
        place = filled(Place.of(folder / "data"), programs)
        upgraded = carry(place, programs)
        with running(place, pg_bin=programs[18]) as dsn:
            yield place, upgraded, dsn


def test_every_row_comes_along(carried):
    _, upgraded, dsn = carried

    assert upgraded.rows == {"leadhall.lead": 500}
    assert ask(dsn, "select count(distinct body) from leadhall.lead where id <= 500", role="leadhall_app") == 500


def test_it_is_served_by_the_new_version(carried):
    assert ask(carried[2], "show server_version").startswith("18")


def test_the_next_number_follows_the_last(carried):
    query = "insert into leadhall.lead (body) values ('x') returning id"

    assert ask(carried[2], query, role="leadhall_owner") == 501


def test_the_old_cluster_is_kept(carried):
    kept = carried[1].kept

    assert (kept.name, (kept / "PG_VERSION").read_text().strip()) == ("pg15.kept-20261122T093000", "15")


def test_nothing_else_is_left_behind(carried):
    names = [path.name for path in carried[0].home.iterdir()]

    assert not [name for name in names if "upgrade" in name or name.endswith(".new")]


def test_the_old_version_is_found_in_the_system(old, programs):
    assert asyncio.run(upgrade(old, at=AT, pg_bin=programs[18])).old == 15


def test_a_cluster_in_use_is_not_upgraded(old, programs):
    with running(old, pg_bin=programs[15], settings=FAST), pytest.raises(InUse):
        carry(old, programs)


def test_a_database_of_somebody_elses_is_not_left_behind_unsaid(old, programs):
    with running(old, pg_bin=programs[15], settings=FAST) as dsn:
        tell(dsn.as_admin("postgres"), "create database shop")

    with pytest.raises(ClusterFault, match="shop"):
        carry(old, programs)


def test_rows_that_did_not_come_along_stop_the_upgrade(old, programs, monkeypatch):
    really = upgrade_module._put_in

    async def one_too_few(*arguments):
        rows = await really(*arguments)
        return rows | {"leadhall.lead": 499}

    monkeypatch.setattr(upgrade_module, "_put_in", one_too_few)
    with pytest.raises(ClusterFault, match="nothing was changed"):
        carry(old, programs)

    with running(old, pg_bin=programs[15], settings=FAST) as dsn:
        assert ask(dsn, "select count(*) from leadhall.lead", role="leadhall_app") == 500


def test_an_upgrade_that_was_killed_can_be_done_again(old, programs, monkeypatch):
    def killed(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(upgrade_module, "_swap", killed)
        with pytest.raises(KeyboardInterrupt):
            carry(old, programs)

    assert carry(old, programs).rows == {"leadhall.lead": 500}


def test_data_of_this_version_needs_no_upgrade(place, programs):
    with running(place, pg_bin=programs[18], settings=FAST):
        pass

    with pytest.raises(ClusterFault, match="nothing to upgrade"):
        carry(place, programs)


def test_an_empty_folder_is_not_upgraded(place, programs):
    with pytest.raises(ClusterFault, match="no cluster"):
        carry(place, programs)
