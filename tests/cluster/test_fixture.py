import asyncio

from leadhall.cluster.place import Place
from tests.cluster.watching import Other, ask, left_in
from tests.cluster_fixture import _folder, drop_database, make_database, throwaway_cluster


def test_it_gives_a_superuser_and_databases_of_their_own():
    with throwaway_cluster() as admin:
        one, other = (asyncio.run(make_database(admin)) for _ in range(2))
        try:
            assert one.database != other.database
            assert ask(one, "select current_database()::text", role="leadhall_owner") == one.database
        finally:
            asyncio.run(drop_database(one))
            asyncio.run(drop_database(other))


def test_workers_share_one_cluster():
    def work(say):
        with throwaway_cluster() as admin:
            say(ask(admin, "select pg_postmaster_start_time()::text"))

    with throwaway_cluster() as admin:
        worker = Other(work)
        assert worker.hear() == ask(admin, "select pg_postmaster_start_time()::text")
        assert worker.wait() == 0
        assert ask(admin, "select true")


def test_the_last_one_removes_it(monkeypatch, data):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(data))
    with throwaway_cluster(15) as admin:
        assert ask(admin, "show fsync") == "off"
    home = _folder(15, fsync=False)

    assert left_in(Place.of(home).cluster(15)) == []
    assert not [part for part in home.iterdir() if part.is_dir()]


def test_a_durable_one_is_as_in_production(monkeypatch, data):
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(data))
    with throwaway_cluster(fsync=True) as admin:
        assert ask(admin, "show fsync") == "on"
