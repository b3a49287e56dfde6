"""`leadhall send-test email|sms|webhook`: one sending at once, and the other side's words. A file and a line a way."""

from __future__ import annotations

import cyclopts

WAYS = (("email", "email:email"), ("sms", "sms:sms"), ("webhook", "webhook:webhook"))
"""Name of the way, and "module:function" in this package."""

app = cyclopts.App(name="send-test", help="Send one at once, and see what the other side says.")
for _name, _target in WAYS:
    app.command(f"{__package__}.{_target}", name=_name)
