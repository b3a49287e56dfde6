"""Public forms: which key writes for whom, what a stranger typed, and whether it looks like a machine's work."""
