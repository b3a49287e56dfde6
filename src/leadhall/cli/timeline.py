"""A conversation's timeline at the terminal: a line for what happened, indented lines for what was said."""

from __future__ import annotations

from typing import Any

from leadhall.cli.output import harmless
from leadhall.conversations.parts import text_of
from leadhall.conversations.timeline import Item


def tell_item(item: Item) -> None:
    """One thing that happened."""
    who = harmless(item.staff_name or "")
    print(f"{item.at:%Y-%m-%d %H:%M:%S}  {_TELL[item.kind](item.data, who)}")
    if item.kind == "message":
        words = item.data["text"] if item.data["text"] is not None else text_of(item.data["parts"] or ())
        for line in words.splitlines():
            print(f"    {harmless(line)}")
        for each in item.data["deliveries"]:
            print(f"    by {each['channel']} to {harmless(each['recipient'] or '-')}: {_state(each)}")


def _message(data: dict[str, Any], who: str) -> str:
    if data["direction"] == "client_to_business":
        return "the lead" if data["kind"] == "api" else "the client wrote"
    return f"{who or 'the business'} wrote"


def _act(data: dict[str, Any], who: str) -> str:
    to = f" to {harmless(data['to_name'])}" if data.get("to_name") else ""
    return f"{who or 'somebody'}: {data['act'].replace('_', ' ')}{to}"


def _notice(data: dict[str, Any], who: str) -> str:
    to = who or harmless(data["recipient"] or "-")
    return f"{data['kind'].replace('_', ' ')} by {data['channel']} to {to}: {_state(data)}"


def _change(data: dict[str, Any], who: str) -> str:
    values = " to ".join(harmless(str(data[name])) for name in ("was", "becomes") if data[name] is not None)
    return f"{who or harmless(data['actor'])} changed {harmless(data['field'])}: {values or '-'}"


def _state(delivery: dict[str, Any]) -> str:
    reason = f" ({delivery['reason']})" if delivery["reason"] else ""
    return f"{delivery['state'].replace('_', ' ')}{reason}"


_TELL = {"message": _message, "act": _act, "notice": _notice, "change": _change}
