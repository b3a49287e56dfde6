"""Whose hand writes on a card by the API, and what the request log keeps to find the person by."""

from __future__ import annotations

from leadhall.clients.book import Client
from leadhall.clients.desk import Desk, open_desk
from leadhall.clients.keys import email_key, split_email
from leadhall.tenancy.caller import Caller
from leadhall.web.api.writes import Work
from leadhall.web.call import Call


def actor_of(caller: Caller) -> str:
    """Who stands in the history: a member of the staff by their uid, a program by its principal."""
    return caller.staff_uid or caller.principal


async def desk_of(work: Work) -> Desk:
    return await open_desk(work.connection, work.business_id, actor_of(work.caller))


def mark_client(call: Call, client: Client) -> None:
    """Erasure finds the row of this request by who it is about."""
    key = call.services.key
    if client.email and split_email(client.email):
        call.marks["email"] = key.mark(email_key(client.email))
    if client.phone:
        call.marks["phone"] = key.mark(client.phone_e164 or client.phone)
    call.marks["unique_id"] = key.mark(client.uid)
