"""The owner's door: sign-in, inbox, conversation. Server-rendered; each page can be read and used without a script."""

from leadhall.web.console import coming_in, entering, inbox, manifest, setting_up, you

DOOR = (
    coming_in.OPERATIONS,
    entering.OPERATIONS,
    setting_up.OPERATIONS,
    inbox.OPERATIONS,
    you.OPERATIONS,
    manifest.OPERATIONS,
)
"""The rows of each of its pages."""
