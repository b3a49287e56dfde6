"""The owner's door: sign-in, inbox, conversation. Server-rendered; each page can be read and used without a script."""

from leadhall.web.console import (
    agency,
    clients,
    coming_in,
    entering,
    figures,
    inbox,
    manifest,
    setting_up,
    settings,
    you,
)

DOOR = (
    coming_in.OPERATIONS,
    entering.OPERATIONS,
    setting_up.OPERATIONS,
    inbox.OPERATIONS,
    clients.OPERATIONS,
    figures.OPERATIONS,
    agency.OPERATIONS,
    you.OPERATIONS,
    settings.OPERATIONS,
    manifest.OPERATIONS,
)
"""The rows of each of its pages."""
