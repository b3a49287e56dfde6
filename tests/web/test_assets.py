"""Files of the pages: where they are, how long they are kept, and what stops an installation."""

import gzip
import json
import stat
import tarfile

import hatch_build
import pytest

from leadhall.web.assets import AssetFault, asset

FOREVER = "public, max-age=31536000, immutable"


async def test_a_vendored_file_is_kept_by_browsers_for_a_year(ask):
    answer = await ask.get(asset("htmx.js"))

    assert answer.status == 200
    assert answer.header("cache-control") == FOREVER
    assert answer.header("content-type") == "text/javascript; charset=utf-8"


async def test_a_file_goes_packed_to_who_takes_it_packed(ask):
    plain = await ask.get(asset("tabler.css"))
    packed = await ask.get(asset("tabler.css"), headers={"accept-encoding": "br, gzip"})

    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) * 4 < len(plain.content)
    assert packed.header("vary") == "accept-encoding"


async def test_a_file_under_an_old_mark_is_not_found(ask):
    answer = await ask.get("/assets/000000000000/htmx.js")

    assert answer.status == 404
    assert answer.header("cache-control") == "no-store"


def test_a_page_that_asks_for_a_file_that_is_not_there_is_told_what_to_do():
    with pytest.raises(AssetFault, match="reinstall"):
        asset("nothing.js")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with one package of one file, and an npm that packs it as the registry would."""
    source = tmp_path / "package"
    source.mkdir()
    (source / "a.js").write_text("let a = 1\n")
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as packed:
        packed.add(source, "package")
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\ncp {tmp_path}/a.tgz "$5"\n')
    npm.chmod(npm.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")
    return tmp_path


def describe(project, integrity):
    lines = ["[[package]]", 'name = "a"', 'version = "1.0.0"', f"integrity = {json.dumps(integrity)}"]
    (project / "assets.toml").write_text("\n".join([*lines, 'files = { "a.js" = "a.js" }']))


def test_an_installation_stops_at_a_package_that_is_not_what_is_described(project):
    describe(project, "sha512-AAAA")

    with pytest.raises(hatch_build.AssetFault, match=r"a@1\.0\.0 is not what assets\.toml describes"):
        hatch_build.fetch_assets(project)

    assert not (project / hatch_build.VENDOR / "a.js").exists()


def test_what_is_there_already_is_not_fetched_again(project):
    describe(project, _integrity(project / "a.tgz"))
    hatch_build.fetch_assets(project)
    hatch_build.fetch_assets(project)

    assert (project / hatch_build.VENDOR / "a.js").read_text() == "let a = 1\n"
    assert (project / "asked").read_text().count("\n") == 1


def test_no_script_of_a_package_runs(project):
    describe(project, _integrity(project / "a.tgz"))
    hatch_build.fetch_assets(project)

    assert "--ignore-scripts" in (project / "asked").read_text()


def _integrity(tarball):
    with pytest.raises(hatch_build.AssetFault) as refused:
        hatch_build.fetch_assets(_wrong(tarball.parent))
    (tarball.parent / "asked").unlink()
    return str(refused.value).rpartition(" ")[2]


def _wrong(project):
    describe(project, "sha512-")
    return project
