from pathlib import Path

from leadhall.cluster.place import SOCKET, Place, data_folder, demo_folder, demo_home

HOME = Path("/home/ada")


def test_leadhall_data_decides_first(tmp_path):
    (tmp_path / ".demo").mkdir()

    assert data_folder(Path("/srv/leads"), tmp_path, as_root=True) == (Path("/srv/leads"), "LEADHALL_DATA")


def test_a_relative_leadhall_data_is_meant_from_here(tmp_path):
    assert data_folder(Path("d"), tmp_path)[0] == tmp_path / "d"


def test_a_demo_that_is_here_comes_next(tmp_path):
    (tmp_path / ".demo").mkdir()

    assert data_folder(None, tmp_path, as_root=True) == (tmp_path / ".demo", "./.demo is here")


def test_root_keeps_its_data_in_var_lib(tmp_path):
    assert data_folder(None, tmp_path, as_root=True)[0] == Path("/var/lib/leadhall")


def test_a_user_keeps_its_data_at_home(tmp_path):
    assert data_folder(None, tmp_path, as_root=False, home=HOME)[0] == HOME / ".local/share/leadhall"


def test_a_demo_lies_in_the_clone_unless_told_otherwise(tmp_path):
    assert demo_folder(None, tmp_path) == tmp_path / ".demo"
    assert demo_folder(Path("/srv/x"), tmp_path) == Path("/srv/x")


def test_each_clone_of_root_has_a_demo_home_of_its_own():
    one, other = demo_home(Path("/root/a/.demo")), demo_home(Path("/root/b/.demo"))

    assert one != other
    assert one.parent == Path("/var/lib/leadhall-demo")


def test_a_place_is_its_own_home(tmp_path):
    assert Place.of(tmp_path).home == tmp_path


def test_a_place_follows_its_cluster_path(tmp_path):
    (tmp_path / "cluster-path").write_text("/var/lib/leadhall-demo/abc\n")

    assert Place.of(tmp_path).cluster(18) == Path("/var/lib/leadhall-demo/abc/pg18")


def test_half_made_and_kept_clusters_are_not_live(tmp_path):
    for name in ("pg15", "pg18.new", "pg18.upgrade", "pg14.kept-20261122T000000", "pgbin-18.6-abc"):
        (tmp_path / name).mkdir()

    assert Place.of(tmp_path).majors() == {15: tmp_path / "pg15"}


def test_the_socket_lies_in_the_home_when_its_path_is_short():
    assert Place.of(Path("/srv/leads")).run_folder(as_root=True) == Path("/srv/leads/run")


def test_a_long_path_gets_a_short_run_folder():
    folder = Place.of(Path("/srv") / ("long" * 40)).run_folder(as_root=False)

    assert len(str(folder / SOCKET)) < 107


def test_a_path_that_is_long_only_in_bytes_counts_as_long():
    assert Place.of(Path("/srv") / ("ß" * 45)).run_folder(as_root=False).parent != Path("/srv") / ("ß" * 45)


def test_a_path_with_a_comma_gets_a_run_folder_elsewhere():
    assert "," not in str(Place.of(Path("/srv/a,b")).run_folder(as_root=False))
