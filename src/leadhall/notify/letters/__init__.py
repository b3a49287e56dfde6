"""What letters say: words in five languages, one layout, and a small builder for each kind."""
