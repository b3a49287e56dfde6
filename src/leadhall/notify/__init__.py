"""Letters and texts: by whom they leave, what they say, and how each channel carries them."""
