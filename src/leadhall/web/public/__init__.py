"""Pages for anybody: the page at `/`, links of mails, the demo's captured mail."""

from leadhall.web.public import buttons, captured, home

DOOR = (home.OPERATIONS, buttons.OPERATIONS, captured.OPERATIONS)
"""The rows of each of its pages."""
