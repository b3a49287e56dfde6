"""The heart: draft -> plan -> write(.sql) -> batcher."""
