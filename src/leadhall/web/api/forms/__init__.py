"""Forms: their designs, what they hold for a client, and the code that embeds them."""
