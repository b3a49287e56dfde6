"""What is said between a business and its clients, and how it is told: the rows of it, joined."""

from __future__ import annotations

from leadhall.web.api.conversations import (
    conversations,
    held_answers,
    messages,
    stats,
    threads,
    unplaced_answers,
)
from leadhall.web.api.notify import notifications

OPERATIONS = (
    *conversations.OPERATIONS,
    *threads.OPERATIONS,
    *messages.OPERATIONS,
    *held_answers.OPERATIONS,
    *unplaced_answers.OPERATIONS,
    *stats.OPERATIONS,
    *notifications.OPERATIONS,
)
