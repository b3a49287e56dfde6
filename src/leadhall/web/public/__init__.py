"""For anybody: the page at `/`, links of mails, the demo's captured mail, and what the provider of texts calls."""

from leadhall.web.public import buttons, captured, home, texts

DOOR = (home.OPERATIONS, buttons.OPERATIONS, captured.OPERATIONS, texts.OPERATIONS)
"""The rows of each of its pages."""
