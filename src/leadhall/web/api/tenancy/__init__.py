"""Who may: businesses and their brand, staff, apps, tokens, OAuth."""
