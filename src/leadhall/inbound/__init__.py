"""What comes back: replies, bounces and texts. Whose it is, and whether it is a message, a lead, or held."""
