"""Clients in by file and out as CSV."""
