"""Every request and what became of it: written, read, kept apart, and answered once."""
