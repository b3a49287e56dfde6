"""The bench: Leadhall and frozen references in turn, on one machine, as ratios (bench/README.md)."""
