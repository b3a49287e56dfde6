"""What strangers see: the page at `/`, and later the forms they fill in."""
