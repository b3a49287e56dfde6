"""What happens, in the words that webhooks tell it with."""
