"""Liquid with placeholders and `if`, and nothing that can grow.

No loops, no assignments, no includes, and only filters that do not multiply their input; so a
template costs about what its text costs. Limits stand behind that all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liquid import Environment, StrictUndefined
from liquid.exceptions import LiquidError

OUTPUT_MOST_BYTES = 16 * 1024
TAGS = {"if", "unless", "comment", "raw"}
FILTERS = {"capitalize", "default", "downcase", "strip", "truncate", "upcase"}


class _Environment(Environment):
    block_nesting_limit = 5
    context_depth_limit = 10
    loop_iteration_limit = 1
    local_namespace_limit = OUTPUT_MOST_BYTES
    output_stream_limit = OUTPUT_MOST_BYTES


def _environment() -> Environment:
    environment = _Environment(undefined=StrictUndefined)
    for name in [name for name in environment.tags if name not in TAGS and not _is_inner(name)]:
        del environment.tags[name]
    for name in [name for name in environment.filters if name not in FILTERS]:
        del environment.filters[name]
    return environment


def _is_inner(name: str) -> bool:
    """What is no tag to be written: text between tags, and what `{{ … }}` becomes."""
    return not name.isalpha() or name in {"content", "output", "illegal"}


LIQUID = _environment()


def fill(template: str, facts: Mapping[str, Any]) -> str:
    """The text with its placeholders filled. ValueError says what is wrong with it."""
    try:
        return LIQUID.from_string(template).render(**facts)
    except (LiquidError, RecursionError, TypeError, ArithmeticError) as fault:
        raise ValueError(str(fault)) from None
