"""`leadhall openapi`: the description that the server answers under /openapi.json."""

from __future__ import annotations

from leadhall.app import TABLE
from leadhall.cli.address import local_url
from leadhall.cli.output import show_json
from leadhall.settings import read_settings
from leadhall.web.api.openapi import openapi_document


def openapi() -> None:
    """Print the OpenAPI 3.1 description of this version, as JSON."""
    settings = read_settings()
    show_json(openapi_document(TABLE, url=settings.public_url or local_url(settings.port)))
