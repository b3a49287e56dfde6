# ruff: noqa: INP001 - a script, no package
"""Asks npm's advisory service about holes in the packages of assets.toml, at the very versions whose files pages use.

`npm audit` reads a lock, and there is none (docs/decisions/0009): one is written for it from assets.toml, so that
nothing is resolved, fetched or run. Exits with npm's code: not 0 for a hole, and for a service that does not answer.
What a package was built of, and brings in its own files, is not asked about.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

import hatch_build  # noqa: E402 - found only by the path above; it knows where npm is


def lock_of(packages: list[dict[str, Any]]) -> dict[str, Any]:
    """A package-lock.json that names these packages and no others."""
    wanted = {each["name"]: each["version"] for each in packages}
    locked = {
        f"node_modules/{each['name']}": {"version": each["version"], "integrity": each["integrity"]}
        for each in packages
    }
    return {"name": "assets", "lockfileVersion": 3, "packages": {"": {"dependencies": wanted}} | locked}


def main() -> int:
    packages = tomllib.loads((TOP / "assets.toml").read_text())["package"]
    lock = lock_of(packages)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "package-lock.json").write_text(json.dumps(lock))
        Path(folder, "package.json").write_text(json.dumps({"name": "assets"} | lock["packages"][""]))
        audit = [*hatch_build.npm(), "audit", "--package-lock-only", "--ignore-scripts"]
        return subprocess.run(audit, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
