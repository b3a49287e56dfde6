"""Clients and their cards: how one is found, what its card holds, what it agreed to, and the reads of the book."""
