"""Leads that are none: the example that a new business finds, and the test that its owner sends to see one come in."""

from __future__ import annotations

from typing import Any

import msgspec

from leadhall.core.ids import mint
from leadhall.intake.draft import draft_lead
from leadhall.intake.identity import read_identity
from leadhall.intake.marks import marks_of
from leadhall.intake.plan import Arrival, RequestRow, Sender
from leadhall.intake.submission import EMAIL, Submission
from leadhall.tenancy.sessions import Membership
from leadhall.web.call import Answer, Call
from leadhall.web.console.reader import reader_of
from leadhall.web.console.rows import posted, read_own_form, working_for
from leadhall.web.console.told import see
from leadhall.web.console.words import Words
from leadhall.web.head import user_agent

SOURCE = "Leadhall"
LINK = "https://example.com/"


async def send_test_lead(call: Call) -> Answer:
    """As if a form had posted it: through intake, with the notice that it asks for kept where tests are kept."""
    await read_own_form(call)
    here, reader = working_for(call, "answer"), await reader_of(call)
    words, session = reader.words, call.person.session
    submission = Submission(
        identifier_type="email",
        email=session.email,
        first_name=session.first_name or words("Test"),
        last_name=session.last_name,
        request_title=words("A test lead"),
        message_data=[(words("Message"), words("I sent this to myself, to see how a lead comes in."))],
        notifications=[EMAIL],
        source=SOURCE,
        is_test=True,
    )
    caller = call.known
    sender = Sender(token_uid=caller.token_uid, principal=caller.principal, directory_id=here.directory_id)
    await _receive(call, here, submission, sender)
    return see("/inbox", "test_lead")


async def give_example(call: Call, here: Membership, words: Words) -> None:
    """What a new business finds in its inbox, marked as an example."""
    submission = Submission(
        identifier_type="email",
        email="dana@example.com",
        first_name="Dana",
        last_name="Example",
        phone="+1 415 555 0132",
        request_title=words("Example: a new worktop"),
        system_message=words(
            "This is an example. Such a text introduces a lead to you; it may hold links: %(link)s", link=LINK
        ),
        request_data=[(words("Project"), words("Kitchen"))],
        message_data=[(words("Message"), words("Do you also fit worktops that we bring ourselves?"))],
        source=words("Example"),
        is_test=True,
    )
    await _receive(call, here, submission, Sender(token_uid=None, principal="system", directory_id=here.directory_id))


async def _receive(call: Call, here: Membership, submission: Submission, sender: Sender) -> None:
    services = call.services
    business = await services.businesses.facts(here.business_id)
    identity = read_identity(submission, business.own_names)
    row = RequestRow(
        uid=mint(),
        operation=call.operation.name,
        body=msgspec.json.encode(_told(submission)),
        content_type="application/json",
        user_agent=user_agent(call.scope),
        ip=call.ip,
        client_request_id=None,
        marks=marks_of(services.key, submission, identity, business.country),
    )
    known = identity.by is not None and await services.businesses.knows(
        here.business_id, identity.by.kind, identity.by.key
    )
    draft = draft_lead(submission, identity, business, known=known)
    await services.batcher.receive(Arrival(what=draft, sender=sender, request=row, claim=None))


def _told(submission: Submission) -> dict[str, Any]:
    return {"email": submission.email, "request_title": submission.request_title, "is_test": True}


OPERATIONS = (
    posted(
        "test_lead", "Send yourself a test lead", "/inbox/test-lead", send_test_lead,
        summary="A test lead from oneself, through intake.",
    ),
)  # fmt: skip
