"""The tree of commands: one small module a noun, loaded when its command is asked for."""

from __future__ import annotations

from collections.abc import Collection

import cyclopts

from leadhall import __version__

# name, "module:what" in this package, what it does: in the order of the help page
COMMANDS = (
    ("init", "init:init", "Set up an installation: directory, administrator, public address."),
    ("serve", "serve:serve", "Run the server."),
    ("worker", "worker:worker", "Send what is due, beside several servers."),
    ("demo", "demo:demo", "Run a server with example data, or show that data's tokens."),
    ("doctor", "doctor:doctor", "Look for what is wrong or unsafe, and say what mends it."),
    ("migrate", "migrate:migrate", "Bring the database to this version."),
    ("backup", "backup:backup", "Write the whole database to one checked file."),
    ("restore", "restore:restore", "Put a backup in place; nothing is sent until that is confirmed."),
    ("database", "database:app", "The embedded PostgreSQL: status, address, upgrade."),
    ("directory", "directory:app", "Directories (agencies) and their tokens."),
    ("business", "business:app", "Businesses: create, import, list, show."),
    ("staff", "staff:app", "People who serve a business."),
    ("sign-in", "sign_in:sign_in", "Print a link by which somebody signs in, once."),
    ("app", "app:app", "Apps, and where they are installed."),
    ("token", "token:app", "Tokens: create, import, rotate, revoke, list."),
    ("client", "client:app", "Clients: show one, merge two, erase or export a person."),
    ("field", "field:app", "Fields of a business's client card."),
    ("form-key", "form_key:app", "Public keys for forms of a business."),
    ("lead", "lead:app", "Send a lead; show why one was filed as it was."),
    ("conversation", "conversation:app", "Conversations: list, read, answer, archive, assign."),
    ("import", "import_clients:import_clients", "Clients from a CSV or Excel file: looked at first, then done."),
    ("export", "export_clients:export_clients", "The clients of a business as CSV."),
    ("requests", "requests:app", "The log of all requests."),
    ("sender", "sender:app", "By whom mail and texts leave, and what the DNS must say."),
    ("send-test", "send_test:app", "Send one at once, and see what the other side says."),
    ("captured", "captured:app", "Mail and texts that were kept instead of sent."),
    ("deliveries", "deliveries:app", "Mail, texts and webhooks: what became of each."),
    ("inbound", "inbound:app", "Mail and texts that came in and are held: look, give, dismiss."),
    ("webhook", "webhook:app", "Endpoints that events are told to."),
    ("suppression", "suppression:app", "Addresses that are written to no more, and why."),
    ("search", "search:app", "The search index: how it stands, and anew."),
    ("openapi", "openapi:openapi", "Print the OpenAPI description."),
    ("config", "config:app", "The settings in force."),
    ("version", "version:version", "Print the version."),
)


def build(asked: Collection[str] = ()) -> cyclopts.App:
    """The whole command tree. Modules are imported only for the commands `asked` for, which tell of themselves."""
    app = cyclopts.App(
        name="leadhall",
        help="Leadhall: every lead greeted, filed, answered, and none ever lost.",
        version=__version__,
        help_format="plaintext",
        default_parameter=cyclopts.Parameter(negative=()),  # no --no-x, no --empty-x
        suppress_keyboard_interrupt=False,
    )
    for place, (name, target, help_text) in enumerate(COMMANDS):
        app.command(f"{__package__}.{target}", name=name, help=None if name in asked else help_text, sort_key=place)
    app.command(f"{__package__}.reference:reference", name="reference", show=False)
    return app
