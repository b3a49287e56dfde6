import os
import shutil
import subprocess
from pathlib import Path

import pytest

from leadhall.cluster import place as place_module
from leadhall.cluster.account import account_for
from leadhall.cluster.binaries import WHEEL, locate
from leadhall.cluster.errors import Unreachable
from leadhall.cluster.place import Place
from leadhall.cluster.reach import forget_old_copies, make_home, reachable, require_reach, settle_demo
from tests.cluster.watching import as_root


@pytest.fixture
def nobody():
    return account_for("nobody")


@pytest.fixture
def closed(data):
    """A folder like /root: 0700 and not nobody's."""
    folder = data / "closed"
    folder.mkdir(mode=0o700)
    return folder


@as_root
def test_a_folder_that_the_user_cannot_reach_is_refused_by_name(closed, nobody):
    with pytest.raises(Unreachable, match=f"nobody, who cannot reach {closed}"):
        make_home(Place.of(closed / "data"), nobody)


@as_root
def test_the_command_of_the_refusal_mends_it(closed, nobody):
    home = closed / "with blank" / "data"
    home.mkdir(parents=True, mode=0o700)
    home.chmod(0o700)

    with pytest.raises(Unreachable) as refused:
        require_reach(home, nobody)
    subprocess.run(refused.value.remedy.split("   (")[0], shell=True, check=True)  # noqa: S602 - our own words

    require_reach(home, nobody)


@as_root
def test_a_refusal_changes_no_mode(closed, nobody):
    with pytest.raises(Unreachable):
        make_home(Place.of(closed / "data"), nobody)

    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
def test_a_home_that_we_make_can_be_passed_whatever_the_umask(data, nobody):
    before = os.umask(0o077)
    try:
        make_home(Place.of(data / "a" / "b"), nobody)
    finally:
        os.umask(before)

    require_reach(data / "a" / "b", nobody)


@as_root
def test_programs_in_reach_are_used_where_they_are(data, programs, nobody):
    there = locate(programs[15])

    assert reachable(there, nobody, data) == there


@as_root
def test_programs_out_of_reach_are_copied_beside_the_data(closed, data, nobody):
    wheel = locate().folder.parents[2]
    shutil.copytree(wheel / WHEEL, closed / WHEEL, ignore=shutil.ignore_patterns("include"))
    shutil.copytree(wheel / f"{WHEEL}.libs", closed / f"{WHEEL}.libs")

    ours = reachable(locate(closed / WHEEL / "pginstall" / "bin"), nobody, data)

    assert ours.folder.is_relative_to(data)
    assert nobody.run([ours.tool("pg_dump"), "--version"]).returncode == 0


@as_root
def test_a_second_start_copies_nothing(closed, data, nobody):
    for part in ("bin", "share"):
        (closed / part).mkdir(parents=True)
    (closed / "lib").mkdir()
    for name in ("postgres", "initdb"):
        (closed / "bin" / name).write_text("#!/bin/sh\necho 'x (PostgreSQL) 18.0'\n")
        (closed / "bin" / name).chmod(0o755)
    found = locate(closed / "bin")

    first = reachable(found, nobody, data)
    made = first.folder.stat().st_ctime_ns

    assert reachable(found, nobody, data).folder.stat().st_ctime_ns == made


@as_root
def test_copies_of_earlier_versions_go(data, programs):
    (data / "pgbin-17.0-old").mkdir()

    forget_old_copies(locate(programs[18]), data)

    assert not list(data.glob("pgbin-*"))


@as_root
def test_a_demo_out_of_reach_keeps_its_cluster_elsewhere(closed, data, nobody, monkeypatch):
    monkeypatch.setattr(place_module, "DEMO_HOMES", data / "homes")

    settled = settle_demo(closed / ".demo", nobody)

    assert settled.home.parent == data / "homes"
    assert (closed / ".demo" / "cluster-path").read_text().strip() == str(settled.home)


@as_root
def test_a_demo_in_reach_keeps_its_cluster_with_it(data, nobody):
    settled = settle_demo(data / ".demo", nobody)

    assert settled.home == settled.data


@as_root
def test_a_demo_stays_where_it_was_settled(closed, data, nobody, monkeypatch):
    monkeypatch.setattr(place_module, "DEMO_HOMES", data / "homes")
    first = settle_demo(closed / ".demo", nobody)
    closed.chmod(0o755)

    assert settle_demo(closed / ".demo", nobody) == first


def test_a_folder_that_cannot_be_made_is_refused_with_a_way_out():
    with pytest.raises(Unreachable, match="LEADHALL_DATA"):
        make_home(Place.of(Path("/proc/leadhall")), account_for(None))
