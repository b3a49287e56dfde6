"""One lead, one answer, one connection."""

from __future__ import annotations

import json
from http.client import HTTPConnection

from bench.ours import World
from bench.processes import Server

PATH = "/platform/v1/leadgen"


def post_a_lead(server: Server, world: World, title: str) -> int:
    """The status of the answer."""
    person = f"{title.replace(' ', '.')}@example.com"
    body = {"identifier_type": "email", "email": person, "first_name": "Dana", "request_title": title}
    door = HTTPConnection("127.0.0.1", server.port, timeout=15)
    try:
        door.request("POST", PATH, json.dumps(body), {**world.headers(), "Content-Type": "application/json"})
        return door.getresponse().status
    finally:
        door.close()
