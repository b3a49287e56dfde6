"""Mail that comes to our domain: by a listener of ours, or from a mailbox that we look into."""
