"""Search over all that a business holds, and what its request log keeps of it."""
