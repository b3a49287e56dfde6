"""`leadhall send-test webhook`: one send at once, and what the other side says."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from leadhall.cli.faults import CliFault
from leadhall.cli.output import harmless, say
from leadhall.cli.session import session
from leadhall.cli.webhook import key_at, pick_endpoint, read_sent_name
from leadhall.core.clock import now
from leadhall.core.ids import mint
from leadhall.events.catalogue import first_sent
from leadhall.events.delivery import Delivery
from leadhall.events.outcome import Outcome, Sent, Skipped
from leadhall.webhooks.deliver import TEST, WebhookChannel
from leadhall.webhooks.endpoints import OwnedEndpoint
from leadhall.webhooks.telling import sample_body


async def webhook(
    id_: int, /, *, event: Annotated[str | None, Parameter(help="Else the first it subscribed to.")] = None
) -> None:
    """Post an event's sample, signed, to an endpoint. It stands in no log."""
    async with session() as at:
        endpoint = await pick_endpoint(at.connection, id_)
        name = read_sent_name(event) if event else first_sent(endpoint.events)
        async with at.database.pool("worker", most=1) as pool:
            channel = WebhookChannel(pool, key_at(at.settings), at.settings)
            try:
                outcome = await channel.deliver(_delivery(endpoint, name))
            finally:
                await channel.close()
    _tell(outcome)


def _delivery(endpoint: OwnedEndpoint, name: str) -> Delivery:
    uid = mint()
    return Delivery(
        business_id=endpoint.business_id,
        uid=uid,
        dedupe=f"{uid}:{name}:{endpoint.id}",
        kind=TEST,
        channel="webhook",
        recipient=endpoint.url,
        lead_uid=None,
        message_uid=None,
        endpoint_id=endpoint.id,
        payload={"event": name, "body": sample_body(name).decode()},
        attempts=1,
        created_at=now(),
    )


def _tell(outcome: Outcome) -> None:
    """What came of it; CliFault (exit code 1) when it did not get through."""
    if isinstance(outcome, Skipped):
        raise CliFault(f"not sent: {outcome.reason}", remedy="leadhall webhook activate ID   (when it is off)")
    if not isinstance(outcome, Sent):
        raise CliFault(f"not taken: {harmless(outcome.answer)}", remedy="docs/howto/webhooks.md")
    say(f"taken: {harmless(outcome.answer)}")
