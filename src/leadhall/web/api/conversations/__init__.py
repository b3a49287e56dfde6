"""What was said: conversations and messages, answers held for a person, and how fast a business answers."""
