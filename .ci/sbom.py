# ruff: noqa: INP001 - a script, no package
"""The bill of materials (CycloneDX 1.6, JSON) on stdout: what requirements/run.txt pins, and the files of assets.toml.

Made from the locks alone: no network, and the same bytes for the same locks. Needs the packages of
requirements/audit.txt (`make sbom` sees to that).
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

TOP = Path(__file__).resolve().parent.parent
VERSION = "1.6"


def of_npm(package: dict[str, Any]) -> dict[str, Any]:
    """A package of assets.toml as a component; its hash is that of npm's tarball."""
    algorithm, _, told = package["integrity"].partition("-")
    hashed = {"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(told).hex()}
    purl = f"pkg:npm/{quote(package['name'], safe='/')}@{package['version']}"
    return {
        "bom-ref": purl,
        "type": "library",
        "name": package["name"],
        "version": package["version"],
        "purl": purl,
        "hashes": [hashed],
    }


def assets() -> list[dict[str, Any]]:
    return [of_npm(each) for each in tomllib.loads((TOP / "assets.toml").read_text())["package"]]


def pinned() -> dict[str, Any]:
    """What cyclonedx-py makes of the lock."""
    tool = str(Path(sys.executable).with_name("cyclonedx-py"))
    asked = ["requirements", "requirements/run.txt", "--pyproject", "pyproject.toml", "--output-reproducible"]
    told = subprocess.run(
        [tool, *asked, "--spec-version", VERSION, "--output-format", "JSON"],
        cwd=TOP, check=True, capture_output=True, text=True,
    )  # fmt: skip
    made: dict[str, Any] = json.loads(told.stdout)
    return made


def main() -> None:
    import cyclonedx.schema  # noqa: PLC0415 - not installed where tests read this file
    import cyclonedx.validation.json  # noqa: PLC0415 - not installed where tests read this file

    bill = pinned()
    bill["components"] += assets()
    bill["dependencies"] += [{"ref": each["bom-ref"]} for each in assets()]
    text = json.dumps(bill, indent=2, sort_keys=True)
    version = cyclonedx.schema.SchemaVersion.from_version(VERSION)
    validator = cyclonedx.validation.json.JsonStrictValidator(version)
    if fault := validator.validate_str(text):
        sys.exit(f"the bill is not as CycloneDX {VERSION} has it: {fault}")
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    main()
