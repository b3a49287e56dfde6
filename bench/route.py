"""Leadhall in its own server, cut off at the batcher's queue: what would be queued is answered at once.

What remains is the lead route alone: HTTP, token, decoding, business, draft. Nothing is stored.
"""

from __future__ import annotations

import os
from pathlib import Path

from leadhall.app import Application
from leadhall.core.db import Database
from leadhall.core.secrets import instance_key
from leadhall.intake.batcher import Batcher
from leadhall.intake.facts import KeptAnswer
from leadhall.intake.plan import Arrival
from leadhall.intake.write import Outcome
from leadhall.settings import read_settings
from leadhall.web.server import run

ANSWER = KeptAnswer(201, "application/json", b'{"status":"OK"}')


async def answer_at_once(self: Batcher, arrival: Arrival, *, waited_s: float) -> Outcome:
    del self, arrival, waited_s
    return ANSWER


def make_app() -> Application:
    settings = read_settings()
    key = instance_key(settings.secret_key, Path(os.environ["LEADHALL_DATA"]))
    return Application(settings, Database.from_url(settings.database_url or ""), key)


if __name__ == "__main__":
    Batcher.receive = answer_at_once  # type: ignore[method-assign] # the one cut
    run(make_app(), host="127.0.0.1", port=int(os.environ["PORT"]))
