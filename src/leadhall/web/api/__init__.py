"""platform/v1 and its siblings: what callers send and what they are answered."""
