"""What a browser calls itself, in words that its owner knows it by. Pure."""

from __future__ import annotations

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""In the order in which they pretend to be those below."""
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
SHOWN_MOST_CHARS = 80


def browser_called(user_agent: str | None) -> str | None:
    """Such as *Firefox, Windows*; what it says of itself when neither is known; None when it says nothing."""
    if not user_agent:
        return None
    known = [next((name for mark, name in names if mark in user_agent), None) for names in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, known)) or user_agent[:SHOWN_MOST_CHARS]
