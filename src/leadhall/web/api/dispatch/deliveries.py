"""`/ext/v1/deliveries`: what became of each notice, and one more try; `/ext/v1/suppressions`; preferences of staff."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.dispatch.log import Filter, get_delivery, list_deliveries, retry
from leadhall.dispatch.suppression import lift, list_suppressions
from leadhall.tenancy.preferences import preferences_of, set_preferences
from leadhall.tenancy.staff import get_staff
from leadhall.web.api.dispatch.delivery_types import (
    DeliveriesQuery,
    DeliveriesReply,
    DeliveryReply,
    PreferencesBody,
    PreferencesReply,
    SuppressionsReply,
    shown,
    shown_suppression,
)
from leadhall.web.api.paging import Keyset, next_link
from leadhall.web.api.reads import ERRORS as ERRORS_OF_READS
from leadhall.web.api.reads import reading
from leadhall.web.api.writes import ERRORS, ERRORS_OF_POSTS, Work, writing
from leadhall.web.call import Answer, Call

READS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
ADMINISTERS = Policy.tokens("staff", "app", "directory", scopes=("admin",))
SENDS = Policy.tokens("staff", "app", "directory", scopes=("messages",))


async def list_deliveries_of_business(call: Call) -> Answer:
    """A page of the delivery log, newest first."""
    query: DeliveriesQuery = call.query
    wanted = Filter(
        state=query.state, channel=query.channel, kind=query.kind, lead_uid=query.lead, since=query.since,
        until=query.until,
    )  # fmt: skip
    async with reading(call) as (business, connection):
        found = await list_deliveries(connection, business.id, wanted, after=query.after, most=query.size)
    body = {"status": "OK", "data": {"deliveries": [shown(each) for each in found]}}
    return Answer(body, headers=next_link(call, query, [each.uid for each in found]))


async def get_delivery_of_business(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        found = await get_delivery(connection, business.id, call.path["uid"])
    return Answer({"status": "OK", "data": {"delivery": shown(found)}})


async def create_retry(work: Work) -> Answer:
    """Due at once, with its whole schedule before it."""
    again = await retry(work.connection, work.business_id, work.call.path["uid"])
    return Answer({"status": "OK", "data": {"delivery": shown(again)}}, status=201)


async def list_suppressions_of_business(call: Call) -> Answer:
    query: Keyset = call.query
    async with reading(call) as (business, connection):
        found = await list_suppressions(connection, business.id, after=query.after, most=query.size)
    body = {"status": "OK", "data": {"suppressions": [shown_suppression(each) for each in found]}}
    return Answer(body, headers=next_link(call, query, [each.uid for each in found]))


async def delete_suppression(work: Work) -> Answer:
    """The address is written to again; who lifted it is kept."""
    await lift(work.connection, work.business_id, work.call.path["uid"], actor=work.caller.principal)
    return Answer({"status": "OK"})


async def get_preferences(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        staff = await get_staff(connection, business.id, call.path["staff_uid"])
    return Answer(_told(asdict(preferences_of(staff.preferences))))


async def put_preferences(work: Work) -> Answer:
    """Change what is given."""
    given = work.given
    changes = {
        "email": given.boolean("email"),
        "sms": given.boolean("sms"),
        "leads": given.text("leads"),
        **{name: given.text(name, blank=True) for name in ("quiet_from", "quiet_until", "time_zone")},
    }
    given.settle()
    wanted = await set_preferences(work.connection, work.business_id, work.call.path["staff_uid"], changes)
    return Answer(_told(asdict(wanted)))


def _told(preferences: dict[str, Any]) -> dict[str, Any]:
    return {"status": "OK", "data": {"preferences": preferences}}


_DELIVERY: dict[str, Any] = {
    "uid": "0m5x4kq2v7f6k3gh",
    "kind": "owner_notice",
    "channel": "email",
    "recipient": "ann@acme.example",
    "state": "accepted",
    "reason": None,
    "lead_uid": "0m5x4kq2v7d3h8cd",
    "message_uid": "0m5x4kq2v7e5j2ef",
    "endpoint_id": None,
    "next_try_at": None,
    "last_error": None,
    "attempts": [
        {"n": 1, "at": "2026-11-22T09:30:00.323Z", "took_ms": 84, "outcome": "sent", "answer": "250 2.0.0 Ok: queued"}
    ],
    "created_at": "2026-11-22T09:30:00.223Z",
    "settled_at": "2026-11-22T09:30:00.323Z",
}
_AGAIN = _DELIVERY | {"state": "waiting", "next_try_at": "2026-11-22T11:00:00.000Z", "settled_at": None}
_SUPPRESSION = {
    "uid": "0m5x4kq2v7g7m4jk",
    "channel": "email",
    "address": "dana.levi@example.com",
    "sender": "email smtp.example.com:587 instance",
    "reason": "refused",
    "answer": "550 5.1.1 no such user",
    "delivery_uid": "0m5x4kq2v7f6k3gh",
    "staff_uid": None,
    "at": "2026-11-22T09:30:00.323Z",
}
_PREFERENCES = {
    "email": True,
    "sms": True,
    "leads": "mine",
    "quiet_from": "22:00",
    "quiet_until": "07:00",
    "time_zone": None,
}
_NO_DELIVERY = ErrorCase(404, "not_found", "This business has no such delivery.")
_NO_STAFF = ErrorCase(404, "not_found", "Nobody of this uid serves the business.")
_NO_SUPPRESSION = ErrorCase(404, "not_found", "This business has no such suppression.")
_CANNOT = ErrorCase(
    422, "invalid", "It is being sent, was taken already, has no address, or its address is suppressed."
)

OPERATIONS = (
    Operation(
        name="list_deliveries",
        title="List deliveries",
        summary="The delivery log of a business, newest first: each notice, letter, text and webhook call, also what "
        "was not sent, with every try and the other side's words.",
        method="GET",
        path="/ext/v1/deliveries",
        door="api",
        policy=READS,
        handler=list_deliveries_of_business,
        query=DeliveriesQuery,
        replies=(
            Reply(
                200,
                DeliveriesReply,
                {"status": "OK", "data": {"deliveries": [_DELIVERY]}},
                "A page. `Link` names the next one.",
            ),
        ),
        errors=ERRORS_OF_READS,
        examples=(
            Example("Of one lead", query={"lead": "0m5x4kq2v7d3h8cd"}),
            Example("Mail that failed", query={"channel": "email", "state": "failed"}),
        ),
        tag="Deliveries",
    ),
    Operation(
        name="get_delivery",
        title="Get a delivery",
        summary="One delivery with every try.",
        method="GET",
        path="/ext/v1/deliveries/{uid}",
        door="api",
        policy=READS,
        handler=get_delivery_of_business,
        replies=(Reply(200, DeliveryReply, {"status": "OK", "data": {"delivery": _DELIVERY}}, "The delivery."),),
        errors=(*ERRORS_OF_READS, _NO_DELIVERY),
        examples=(Example("One", path={"uid": "0m5x4kq2v7f6k3gh"}),),
        tag="Deliveries",
    ),
    Operation(
        name="retry_delivery",
        title="Retry a delivery",
        summary="Due at once, with its whole schedule before it. Releases one that is held; sends a webhook again that "
        "was taken.",
        method="POST",
        path="/ext/v1/deliveries/{uid}/retry",
        door="api",
        policy=SENDS,
        handler=writing(create_retry),
        replies=(Reply(201, DeliveryReply, {"status": "OK", "data": {"delivery": _AGAIN}}, "It is due."),),
        errors=(*ERRORS_OF_POSTS, _NO_DELIVERY, _CANNOT),
        examples=(Example("One", path={"uid": "0m5x4kq2v7f6k3gh"}),),
        tag="Deliveries",
    ),
    Operation(
        name="list_suppressions",
        title="List suppressions",
        summary="Addresses that the business's senders write to no more, with the reason, newest first.",
        method="GET",
        path="/ext/v1/suppressions",
        door="api",
        policy=READS,
        handler=list_suppressions_of_business,
        query=Keyset,
        replies=(Reply(200, SuppressionsReply, {"status": "OK", "data": {"suppressions": [_SUPPRESSION]}}, "A page."),),
        errors=ERRORS_OF_READS,
        examples=(Example("The newest", query={"per_page": "10"}),),
        tag="Deliveries",
    ),
    Operation(
        name="lift_suppression",
        title="Lift a suppression",
        summary="The address is written to again. Who lifted it is kept in the audit trail.",
        method="DELETE",
        path="/ext/v1/suppressions/{uid}",
        door="api",
        policy=ADMINISTERS,
        handler=writing(delete_suppression),
        replies=(Reply(200, None, {"status": "OK"}, "It is lifted."),),
        errors=(*ERRORS, _NO_SUPPRESSION),
        examples=(Example("One", path={"uid": "0m5x4kq2v7g7m4jk"}),),
        tag="Deliveries",
    ),
    Operation(
        name="get_preferences",
        title="Get preferences",
        summary="How a member of staff wants to hear of leads.",
        method="GET",
        path="/ext/v1/staff/{staff_uid}/preferences",
        door="api",
        policy=READS,
        handler=get_preferences,
        replies=(Reply(200, PreferencesReply, _told(_PREFERENCES), "The preferences."),),
        errors=(*ERRORS_OF_READS, _NO_STAFF),
        examples=(Example("A colleague's", path={"staff_uid": "0m5x4kq0000000st"}),),
        tag="Deliveries",
    ),
    Operation(
        name="set_preferences",
        title="Set preferences",
        summary="Mutes channels, sets quiet hours for texts, or lets a member hear of all leads. A preference mutes "
        "what a lead asked for; it adds nothing.",
        method="PUT",
        path="/ext/v1/staff/{staff_uid}/preferences",
        door="api",
        policy=ADMINISTERS,
        handler=writing(put_preferences),
        request=PreferencesBody,
        replies=(Reply(200, PreferencesReply, _told(_PREFERENCES), "As they are now."),),
        errors=(*ERRORS, _NO_STAFF),
        examples=(
            Example(
                "Quiet nights", {"quiet_from": "22:00", "quiet_until": "07:00"}, path={"staff_uid": "0m5x4kq0000000st"}
            ),
        ),
        tag="Deliveries",
    ),
)
