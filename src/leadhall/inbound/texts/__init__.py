"""Texts that people send us, and what the provider reports of ours."""
