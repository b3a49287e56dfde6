"""Leadhall: every lead greeted, filed, answered, and none ever lost."""

__version__ = "0.1.0"
