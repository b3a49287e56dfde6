"""The operators' door: one small module a noun, loaded when its command is asked for.

Exit codes: 0 done, 1 refused or failed (one readable message on stderr), 2 wrong usage.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import cyclopts

from leadhall.cli.tree import build

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers its exit code."""
    try:
        words = sys.argv[1:] if arguments is None else arguments
        code = build(asked=words[:1])(words, exit_on_error=False, result_action="return_value")
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
