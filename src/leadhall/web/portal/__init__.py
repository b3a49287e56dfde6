"""The developers' door: the reference of every operation, Try It, recent requests, guides."""

from leadhall.web.portal import acting, live, login, reference, request, requests, tokens, webhooks

DOOR = tuple(each.OPERATIONS for each in (reference, requests, live, request, tokens, webhooks, login, acting))
"""The rows of each of its pages."""
