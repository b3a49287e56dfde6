import pytest

from leadhall.cluster.cluster import open_cluster
from leadhall.cluster.errors import ClusterFault, InUse
from leadhall.cluster.locks import alone
from leadhall.cluster.processes import postmaster_of
from leadhall.cluster.running import Share, running
from tests.cluster.watching import FAST, Other, ask, can_ask, left_in, stay


@pytest.fixture
def use(place, pg18):
    """Use the cluster as one command does."""
    return lambda: running(place, pg_bin=pg18, settings=FAST)


@pytest.fixture
def folder(place):
    return place.cluster(18)


def test_a_command_alone_starts_the_cluster_and_stops_it(use, folder):
    with use() as dsn:
        assert ask(dsn, "select true")

    assert left_in(folder) == []


def test_a_second_command_uses_the_cluster_of_the_first(use, folder):
    with use() as dsn:
        first = postmaster_of(folder).pid
        with use() as same:
            assert same == dsn
            assert postmaster_of(folder).pid == first


def test_the_first_command_does_not_stop_it_under_the_second(use):
    first, second = use(), use()
    first.__enter__()
    dsn = second.__enter__()
    first.__exit__(None, None, None)

    assert ask(dsn, "select true")
    second.__exit__(None, None, None)


def test_the_last_command_stops_what_the_first_started(use, folder):
    first, second = use(), use()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)

    assert left_in(folder) == []


def test_commands_of_several_processes_take_turns(use, folder):
    def work(say):
        with use() as dsn:
            say(ask(dsn, "select 'asked'"))

    commands = [Other(work) for _ in range(4)]

    assert [command.hear() for command in commands] == ["asked"] * 4
    assert [command.wait() for command in commands] == [0] * 4
    assert left_in(folder) == []


def test_a_killed_command_leaves_a_cluster_that_the_next_uses_and_stops(use, folder):
    def work(say):
        with use():
            say("up")
            stay(say)

    killed = Other(work)
    killed.hear()
    killed.kill()
    left = postmaster_of(folder)

    with use() as dsn:
        assert ask(dsn, "select true")
        assert postmaster_of(folder) == left
    assert left_in(folder) == []


def test_a_command_that_fails_stops_the_cluster_too(use, folder):
    with pytest.raises(ZeroDivisionError), use():
        raise ZeroDivisionError

    assert left_in(folder) == []


def test_a_start_that_fails_keeps_nobody_from_being_alone(place, pg18):
    cluster = open_cluster(place, pg_bin=pg18, settings=FAST | {"shared_buffers": "plenty"})
    with pytest.raises(Exception, match="plenty"):
        Share(cluster).enter()

    with alone(place):
        pass


def test_nobody_is_alone_while_a_command_uses_the_cluster(use, place):
    with use(), pytest.raises(InUse, match="in use"), alone(place):
        pass


@pytest.fixture
def never_ready(place, pg18, folder):
    """A cluster that runs but says it is still starting, as in a long recovery."""
    open_cluster(place, pg_bin=pg18, settings=FAST).start()
    pid_file = folder / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace("ready", "starting"))


@pytest.mark.usefixtures("never_ready")
def test_a_start_that_is_interrupted_leaves_no_process(place, pg18, folder, monkeypatch):
    monkeypatch.setattr("leadhall.cluster.cluster.TELL_AFTER_S", 0)

    def interrupt(_message):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Share(open_cluster(place, pg_bin=pg18, tell=interrupt)).enter()
    assert left_in(folder) == []


@pytest.mark.usefixtures("never_ready")
def test_a_start_that_is_given_up_ends_at_once(place, pg18):
    cluster = open_cluster(place, pg_bin=pg18)
    cluster.give_up()

    with pytest.raises(ClusterFault, match="before it was ready"):
        Share(cluster).enter()


def test_leaving_twice_is_leaving_once(place, pg18):
    share, other = (Share(open_cluster(place, pg_bin=pg18, settings=FAST)) for _ in range(2))
    share.enter()
    dsn = other.enter()
    share.leave()
    share.leave()

    assert can_ask(dsn)
    other.leave()
