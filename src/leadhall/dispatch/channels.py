"""The one place that makes the channels. A channel is one file in its room, and one line here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import asyncpg

from leadhall.clients.stops import record_stop
from leadhall.core.secrets import InstanceKey
from leadhall.events.delivery import Channel
from leadhall.notify.email import EmailChannel
from leadhall.notify.sms import SmsChannel
from leadhall.settings import Settings
from leadhall.webhooks.deliver import WebhookChannel

MAKERS: tuple[Callable[[asyncpg.Pool, InstanceKey, Settings], Channel], ...] = (
    EmailChannel,
    partial(SmsChannel, on_stop=record_stop),
    WebhookChannel,
)
"""What makes the channels: each is made with a pool of role worker, the instance key and the settings."""


def channels_of(pool: asyncpg.Pool, key: InstanceKey, settings: Settings) -> dict[str, Channel]:
    """Every way out by its name. A delivery whose channel is not there waits for it."""
    return {channel.name: channel for channel in [make(pool, key, settings) for make in MAKERS]}
