"""Leads for tests, sent as callers send them."""

from leadhall.core.ids import mint


async def send_lead(ask, token, *, headers=None, **more):
    """Post a lead; its answer, which must be a 201."""
    lead = {
        "identifier_type": "email",
        "email": f"{mint()}@example.com",
        "first_name": "Dana",
        "request_title": "Kitchen",
        "message_data": {"note": mint()},
    }
    told = await ask.post("/platform/v1/leadgen", token=token, json=lead | more, headers=headers)
    assert told.status == 201, told.content
    return told.json
