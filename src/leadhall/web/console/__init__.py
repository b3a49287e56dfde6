"""The owner's door: sign-in, inbox, conversation. Server-rendered; each page can be read and used without a script."""

from leadhall.web.console import (
    acts,
    agency,
    attention,
    clients,
    coming_in,
    conversation,
    entering,
    figures,
    first_leads,
    granting,
    held_answers,
    inbox,
    manifest,
    second_factor,
    setting_up,
    settings,
    you,
)

DOOR = (
    coming_in.OPERATIONS,
    entering.OPERATIONS,
    second_factor.OPERATIONS,
    setting_up.OPERATIONS,
    inbox.OPERATIONS,
    attention.OPERATIONS,
    held_answers.OPERATIONS,
    first_leads.OPERATIONS,
    conversation.OPERATIONS,
    acts.OPERATIONS,
    clients.OPERATIONS,
    figures.OPERATIONS,
    agency.OPERATIONS,
    you.OPERATIONS,
    granting.OPERATIONS,
    settings.OPERATIONS,
    manifest.OPERATIONS,
)
"""The rows of each of its pages."""
