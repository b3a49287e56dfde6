"""`leadhall lead send|show`."""

from __future__ import annotations

import cyclopts

app = cyclopts.App(name="lead", help="Send a lead; show why one was filed as it was.")
app.command("leadhall.cli.lead_show:show", name="show")
app.command("leadhall.cli.lead_send:send_lead", name="send")
