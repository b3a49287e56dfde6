"""Texts: what they say, who may get one when, and the provider that carries them."""

from leadhall.notify.sms.channel import SmsChannel

__all__ = ["SmsChannel"]
