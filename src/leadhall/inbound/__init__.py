"""What comes back: texts, and mail that was answered, bounced, or must be held for a person to look at."""
