"""What the cluster refuses, always with the sentence an operator can act on."""

from __future__ import annotations


class ClusterFault(Exception):
    """The cluster cannot do this. `remedy` is the command or setting that mends it, when there is one."""

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        self.remedy = remedy
        super().__init__(f"{message}\n  {remedy}" if remedy else message)


class NoBinaries(ClusterFault):
    """No usable PostgreSQL programs were found, or one of them is missing."""


class Unreachable(ClusterFault):
    """The user that PostgreSQL runs as, or we ourselves, cannot get at a folder."""


class OtherMajor(ClusterFault):
    """The data folder was made by another major version of PostgreSQL."""


class WontStart(ClusterFault):
    """PostgreSQL ended while starting; the message carries the end of its log."""


class InUse(ClusterFault):
    """Somebody else uses the cluster just now."""


class BackupFault(ClusterFault):
    """A backup cannot be made, or is not whole."""
