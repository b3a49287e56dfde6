"""The operators' door: one small module a noun, loaded when its command is asked for.

Exit codes: 0 done, 1 refused or failed (one readable message on stderr), 2 wrong usage.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import cyclopts

from leadhall import __version__

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

# name, "module:what" in this package, what it does: in the order of the help page
COMMANDS = (
    ("init", "init:init", "Set up an installation: directory, administrator, public address."),
    ("serve", "serve:serve", "Run the server."),
    ("demo", "demo:demo", "Run a server with example data, or show that data's tokens."),
    ("doctor", "doctor:doctor", "Look for what is wrong or unsafe, and say what mends it."),
    ("migrate", "migrate:migrate", "Bring the database to this version."),
    ("backup", "backup:backup", "Write the whole database to one checked file."),
    ("restore", "restore:restore", "Put a backup in place; nothing is sent until that is confirmed."),
    ("database", "database:app", "The embedded PostgreSQL: status, address, upgrade."),
    ("directory", "directory:app", "Directories (agencies) and their tokens."),
    ("business", "business:app", "Businesses: create, import, list, show."),
    ("staff", "staff:app", "People who serve a business."),
    ("app", "app:app", "Apps, and where they are installed."),
    ("token", "token:app", "Tokens: create, import, rotate, revoke, list."),
    ("field", "field:app", "Fields of a business's client card."),
    ("form-key", "form_key:app", "Public keys for forms of a business."),
    ("lead", "lead:app", "Send a lead; show why one was filed as it was."),
    ("requests", "requests:app", "The log of all requests."),
    ("openapi", "openapi:openapi", "Print the OpenAPI description."),
    ("config", "config:app", "The settings in force."),
    ("version", "version:version", "Print the version."),
)


def build() -> cyclopts.App:
    """The whole command tree. Its modules are imported only when their command runs."""
    app = cyclopts.App(
        name="leadhall",
        help="Leadhall: every lead greeted, filed, answered, and none ever lost.",
        version=__version__,
        help_format="plaintext",
        suppress_keyboard_interrupt=False,
    )
    for place, (name, target, help_text) in enumerate(COMMANDS):
        app.command(f"{__name__}.{target}", name=name, help=help_text, sort_key=place)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers its exit code."""
    try:
        code = build()(
            sys.argv[1:] if arguments is None else arguments, exit_on_error=False, result_action="return_value"
        )
        sys.stdout.flush()
    except cyclopts.CycloptsError:
        return WRONG_USAGE  # already printed
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as fault:  # noqa: BLE001 - what is not known is raised again
        return _refuse(fault)
    return code if isinstance(code, int) else DONE


def _refuse(fault: Exception) -> int:
    from leadhall.cli.faults import Usage  # noqa: PLC0415 - a command that succeeds need not load these
    from leadhall.cli.sentences import sentence  # noqa: PLC0415

    told = sentence(fault)
    if told is None:
        raise fault
    print(f"leadhall: {told}", file=sys.stderr)
    return WRONG_USAGE if isinstance(fault, Usage) else FAILED
