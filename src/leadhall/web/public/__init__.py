"""For anybody: the start page, links of mails, forms, the demo's captured mail, what the provider of texts calls."""

from leadhall.web.public import buttons, captured, form_page, form_post, form_script, home, texts

DOOR = (
    home.OPERATIONS,
    buttons.OPERATIONS,
    form_page.OPERATIONS,
    form_post.OPERATIONS,
    form_script.OPERATIONS,
    captured.OPERATIONS,
    texts.OPERATIONS,
)
"""The rows of each of its pages."""
