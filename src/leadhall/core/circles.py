"""Python's garbage collector, for a process that lives long and holds many things at once."""

from __future__ import annotations

import gc

LOOK_AFTER = 20_000  # objects more; at Python's 700 it would look at all that is under way every few leads or calls


def look_seldom() -> None:
    """Look for circles seldom, and never again at what was made until now: a fifth of the time of a webhook's call."""
    gc.freeze()
    gc.set_threshold(LOOK_AFTER)
