"""What became of each notice."""
