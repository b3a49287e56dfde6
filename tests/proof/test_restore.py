"""The proof of restores: that each harm does harm, and that tables which differ are told."""

from random import Random

import pytest
from proof.restore.harms import HARMS, copied
from proof.restore.holding import different

from leadhall.cluster.manifest import manifest_path


@pytest.fixture
def backup(tmp_path):
    def made(name, content):
        dump = tmp_path / name
        dump.write_bytes(content)
        manifest_path(dump).write_text(f'{{"rows": {{"lead": {len(content)}, "consent": 2}}, "sha256": "{name}"}}')
        return dump

    return made


def told(dump):
    return [path.read_bytes() if path.exists() else None for path in (dump, manifest_path(dump))]


@pytest.mark.parametrize("name", HARMS)
def test_each_harm_changes_the_dump_or_its_manifest_and_no_other_backup(backup, tmp_path, name):
    whole, other = backup("calm.dump", Random(1).randbytes(16_384)), backup("loaded.dump", b"other" * 4_000)
    spoilt = copied(whole, tmp_path / "spoilt")
    before = told(whole), told(other), told(spoilt)

    HARMS[name](spoilt, other, Random(7))
    assert told(spoilt) != before[2]
    assert (told(whole), told(other)) == before[:2]


def test_tables_that_differ_or_are_missing_are_told_and_the_switch_is_not():
    one = {"lead": (2, "a"), "client": (1, "b"), "instance_setting": (1, "c")}

    assert different(one, one | {"instance_setting": (2, "d")}) == []
    assert different(one, {"lead": (2, "z"), "message": (0, ""), "instance_setting": (1, "c")}) == [
        *("client", "lead", "message")
    ]
