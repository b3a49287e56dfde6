import os
import pwd

import pytest

from leadhall.cluster.account import account_for
from leadhall.cluster.errors import ClusterFault
from tests.cluster.watching import as_root

KNOWN = pwd.getpwnam


def without(*names):
    def look(name):
        if name in names:
            raise KeyError(name)
        return KNOWN(name)

    return look


@as_root
def test_root_without_a_postgres_user_runs_it_as_nobody(monkeypatch):
    monkeypatch.setattr(pwd, "getpwnam", without("postgres"))

    assert account_for(None).name == "nobody"


@as_root
def test_root_on_a_machine_with_neither_is_told_what_to_make(monkeypatch):
    monkeypatch.setattr(pwd, "getpwnam", without("postgres", "nobody"))

    with pytest.raises(ClusterFault, match="useradd"):
        account_for(None)


@as_root
def test_root_may_choose_the_user():
    assert account_for("daemon").name == "daemon"


@as_root
def test_a_user_that_does_not_exist_is_refused():
    with pytest.raises(ClusterFault, match="no user nobody-at-all"):
        account_for("nobody-at-all")


@as_root
def test_root_itself_is_refused():
    with pytest.raises(ClusterFault, match="refuses to run as root"):
        account_for("root")


@as_root
def test_a_cluster_that_exists_runs_as_its_owner(tmp_path):
    os.chown(tmp_path, pwd.getpwnam("daemon").pw_uid, -1)

    assert account_for(None, [tmp_path]).name == "daemon"


@as_root
def test_another_choice_than_the_owner_is_refused_with_the_command(tmp_path):
    os.chown(tmp_path, pwd.getpwnam("daemon").pw_uid, -1)

    with pytest.raises(ClusterFault, match="chown -R nobody"):
        account_for("nobody", [tmp_path])


@as_root
def test_a_program_has_the_users_id_and_no_groups_of_root():
    told = account_for("nobody").run(["/usr/bin/id"]).stdout

    assert "root" not in told


def test_a_program_sees_nothing_of_our_environment(monkeypatch):
    monkeypatch.setenv("LEADHALL_SECRET_KEY", "k" * 40)

    assert "SECRET" not in account_for(None).run(["/usr/bin/env"]).stdout


def test_a_user_id_without_a_name_is_told_the_way_out(monkeypatch):
    def nameless(uid):
        raise KeyError(uid)

    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    monkeypatch.setattr(pwd, "getpwuid", nameless)

    with pytest.raises(ClusterFault, match="12345 has no name"):
        account_for(None)
