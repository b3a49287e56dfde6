"""Threads, messages and leads."""
