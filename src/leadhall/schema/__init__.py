"""The tables: numbered SQL files and the runner that applies them."""
