"""The four doors: api, console, portal, public. No business rule lives here."""
