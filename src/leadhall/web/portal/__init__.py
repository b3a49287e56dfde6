"""The developers' door: the reference of every operation, Try It, recent requests, guides."""

from leadhall.web.portal import login, reference, request, requests

DOOR = (reference.OPERATIONS, requests.OPERATIONS, request.OPERATIONS, login.OPERATIONS)
"""The rows of each of its pages."""
