"""What operators' machines ask: alive, ready, figures."""

from __future__ import annotations

import hmac
from typing import Literal

import msgspec

from leadhall.core.errors import Unavailable
from leadhall.core.operation import ANYBODY, ErrorCase, Operation, Reply
from leadhall.tenancy.caller import unknown_token
from leadhall.web.api.caller import credentials
from leadhall.web.call import Answer, Call
from leadhall.web.endpoint import PROBES
from leadhall.web.metrics import CONTENT_TYPE
from leadhall.web.nearness import is_near
from leadhall.web.readiness import MEANINGS


class StateReply(msgspec.Struct):
    status: Literal["OK"]
    state: str


ALIVE = StateReply("OK", "alive")


async def livez(_: Call) -> Answer:
    """The process answers; whether the database does is /readyz's matter."""
    return Answer(ALIVE)


async def readyz(call: Call) -> Answer:
    """200 when leads can be stored, else 503 and why not."""
    state = call.services.readiness.state
    if state != "ready":
        raise Unavailable(MEANINGS[state])
    return Answer(StateReply("OK", state))


async def metrics(call: Call) -> Answer:
    """Figures for Prometheus: from this machine, or with the bearer token LEADHALL_METRICS_TOKEN."""
    if not (is_near(call.scope) or _has_metrics_token(call)):
        raise unknown_token()
    return Answer(content=call.services.metrics.text(), content_type=CONTENT_TYPE)


def _has_metrics_token(call: Call) -> bool:
    wanted, given = call.services.settings.metrics_token, credentials(call.scope)
    return bool(wanted and given) and hmac.compare_digest(str(given).encode(), str(wanted).encode())


OPERATIONS = (
    Operation(
        name="livez",
        title="Alive",
        summary="200 while the process answers.",
        method="GET",
        path="/livez",
        door="api",
        policy=ANYBODY,
        handler=livez,
        replies=(Reply(200, StateReply, {"status": "OK", "state": "alive"}, "The process is alive."),),
        prefixed=False,
        tag=PROBES,
    ),
    Operation(
        name="readyz",
        title="Ready",
        summary="200 when leads can be stored: the database is there, up to date, and keeps what it acknowledges.",
        method="GET",
        path="/readyz",
        door="api",
        policy=ANYBODY,
        handler=readyz,
        replies=(Reply(200, StateReply, {"status": "OK", "state": "ready"}, "Leads can be stored."),),
        errors=(ErrorCase(503, "unavailable", "The database is away, or not at this version."),),
        prefixed=False,
        tag=PROBES,
    ),
    Operation(
        name="metrics",
        title="Metrics",
        summary="Figures of this process in Prometheus' text format. From loopback, or with LEADHALL_METRICS_TOKEN.",
        method="GET",
        path="/metrics",
        door="api",
        policy=ANYBODY,
        handler=metrics,
        replies=(Reply(200, None, None, "The figures.", media_type="text/plain"),),
        errors=(ErrorCase(401, "unauthorized", "Neither from this machine nor with the metrics token."),),
        prefixed=False,
        tag=PROBES,
    ),
)
