"""Letters read: what a mail says, who may have sent it, and whether a person did. Nothing here knows the database."""
