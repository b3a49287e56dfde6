"""What is written to people: templates of notices, notices by them, and the wording of the auto-reply."""
