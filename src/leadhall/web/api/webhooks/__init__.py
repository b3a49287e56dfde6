"""Webhooks as upstream's callers know them, and endpoints of ours."""
