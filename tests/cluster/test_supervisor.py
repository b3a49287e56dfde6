import os
import signal
import time

import pytest

from leadhall.cluster.processes import living_in, postmaster_of
from leadhall.cluster.running import running
from leadhall.cluster.supervisor import Supervisor
from tests.cluster.watching import (
    DURABLE_AGAINST_KILLS,
    FAST,
    Other,
    ask,
    busy,
    can_ask,
    eventually,
    left_in,
    stay,
    tell,
)


@pytest.fixture
def heard():
    return []


@pytest.fixture
def supervisor(place, pg18, heard):
    supervisor = Supervisor(place, pg_bin=pg18, settings=DURABLE_AGAINST_KILLS, tell=heard.append)
    yield supervisor
    supervisor.stop()


@pytest.fixture
def folder(place):
    return place.cluster(18)


def kill_postmaster(folder):
    os.kill(postmaster_of(folder).pid, signal.SIGKILL)


def test_a_killed_postmaster_is_started_again(supervisor, folder):
    dsn = supervisor.start()
    kill_postmaster(folder)

    eventually(lambda: supervisor.restarts == 1)
    assert ask(dsn, "select true")


def test_it_answers_within_five_seconds_of_a_kill_amid_work(supervisor, folder):
    dsn = supervisor.start()
    with busy(dsn):
        began = time.monotonic()
        kill_postmaster(folder)
        eventually(lambda: supervisor.restarts and can_ask(dsn))

    assert time.monotonic() - began < 5


def test_what_was_committed_before_the_kill_is_there_after_it(supervisor, folder):
    dsn = supervisor.start()
    tell(dsn, "create schema leadhall; create table leadhall.t as select 7 as n", role="leadhall_owner")
    kill_postmaster(folder)
    eventually(lambda: supervisor.restarts == 1)

    assert ask(dsn, "select n from leadhall.t", role="leadhall_owner") == 7


def test_a_killed_backend_is_postgresqls_own_matter(supervisor, folder):
    dsn = supervisor.start()
    first = postmaster_of(folder).pid
    os.kill(ask(dsn.as_admin(), "select pid from pg_stat_activity where backend_type = 'checkpointer'"), signal.SIGKILL)

    eventually(lambda: can_ask(dsn))
    assert (postmaster_of(folder).pid, supervisor.restarts) == (first, 0)


def test_killing_every_process_is_survived(supervisor, folder):
    dsn = supervisor.start()
    for pid in living_in(folder):
        os.kill(pid, signal.SIGKILL)

    eventually(lambda: supervisor.restarts == 1 and can_ask(dsn))


def test_it_tries_again_until_the_start_succeeds(supervisor, folder, heard):
    dsn = supervisor.start()
    broken = folder / "local.conf"
    broken.write_text("shared_buffers = 'plenty'\n")
    broken.chmod(0o644)
    kill_postmaster(folder)
    eventually(lambda: [line for line in heard if "could not be started again" in line])
    broken.unlink()

    eventually(lambda: can_ask(dsn))


def test_a_stop_leaves_no_process_and_starts_none_again(supervisor, folder):
    supervisor.start()
    supervisor.stop()

    assert left_in(folder) == []
    assert supervisor.restarts == 0


def test_a_stop_without_a_start_does_nothing(supervisor):
    supervisor.stop()


def test_a_stop_leaves_the_cluster_to_a_command_that_uses_it(supervisor, place, pg18, folder):
    supervisor.start()
    with running(place, pg_bin=pg18, settings=FAST) as dsn:
        supervisor.stop()
        assert ask(dsn, "select true")

    assert left_in(folder) == []


def test_a_killed_server_leaves_a_cluster_that_the_next_server_adopts_and_stops(supervisor, place, pg18, folder):
    killed = Other(lambda say: (Supervisor(place, pg_bin=pg18, settings=FAST).start(), say("up"), stay(say)))
    killed.hear()
    killed.kill()
    left = postmaster_of(folder)

    assert ask(supervisor.start(), "select true")
    assert postmaster_of(folder) == left
    supervisor.stop()
    assert left_in(folder) == []


def test_an_adopted_cluster_is_watched_too(supervisor, place, pg18, folder):
    killed = Other(lambda say: (Supervisor(place, pg_bin=pg18, settings=FAST).start(), say("up"), stay(say)))
    killed.hear()
    killed.kill()
    dsn = supervisor.start()
    kill_postmaster(folder)

    eventually(lambda: supervisor.restarts == 1)
    assert ask(dsn, "select true")
