"""The bill of materials names what is installed besides Python's packages, as npm's address and hash have it."""

import base64
import hashlib
import re
import runpy
import tomllib
from pathlib import Path

TOP = Path(__file__).parents[1]
bill = runpy.run_path(str(TOP / ".ci" / "sbom.py"))


def test_every_front_end_file_comes_from_a_component_of_the_bill():
    listed = tomllib.loads((TOP / "assets.toml").read_text())["package"]

    assert [(each["name"], each["version"]) for each in bill["assets"]()] == [
        (each["name"], each["version"]) for each in listed
    ]


def test_a_component_bears_the_hash_of_its_tarball_and_an_address_that_scanners_read():
    digest = hashlib.sha512(b"tarball")
    integrity = f"sha512-{base64.b64encode(digest.digest()).decode()}"

    told = bill["of_npm"]({"name": "@tabler/core", "version": "1.6.1", "integrity": integrity})
    assert told["purl"] == "pkg:npm/%40tabler/core@1.6.1"
    assert told["hashes"] == [{"alg": "SHA-512", "content": digest.hexdigest()}]


def test_every_package_of_the_lock_that_the_bill_is_made_of_is_pinned_by_hash():
    lock = (TOP / "requirements" / "run.txt").read_text()

    pins = re.findall(r"^[a-z0-9._-]+==[^\\]+\\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[a-z0-9._-]+(?:\[.+\])?==", lock, re.MULTILINE)) > 60
