"""Clients: their card and fields, matters, notes and tags, settings, merges, one person given out or erased."""
