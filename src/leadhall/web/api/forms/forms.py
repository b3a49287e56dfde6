"""Forms, the contact form of a client, and the code that embeds it (api.md 3.7)."""

from __future__ import annotations

from html import escape
from typing import Any

from leadhall.clients.book import clients_called, keys_of
from leadhall.clients.card import BUILT_IN
from leadhall.clients.fields import FORMS, list_fields
from leadhall.clients.forms import (
    CONTACT_FORM,
    MESSAGE,
    SUBJECT,
    AskedAnew,
    Form,
    faults_of,
    form_of,
    forms_of,
    put_form,
)
from leadhall.core.db import Scope, scoped
from leadhall.core.errors import Invalid
from leadhall.core.ids import number_of
from leadhall.core.operation import ANYBODY, ErrorCase, Example, Operation, Policy, Reply
from leadhall.intake.business import BusinessFacts
from leadhall.intake.draft import draft_lead
from leadhall.intake.facts import Receipt
from leadhall.intake.identity import read_identity
from leadhall.intake.marks import marks_of
from leadhall.intake.plan import Arrival, Claim
from leadhall.intake.submission import EMAIL, Submission
from leadhall.web.api.forms.form_types import (
    ContactFormReply,
    EmbedQuery,
    EmbedReply,
    FormBody,
    FormReply,
    FormsReply,
    SubmitBody,
    SubmittedReply,
    contact_form,
    listed_form,
)
from leadhall.web.api.given import Given
from leadhall.web.api.idempotency_key import idempotency_key
from leadhall.web.api.intake.visit import Visit
from leadhall.web.api.reads import ERRORS, business_meant, reading
from leadhall.web.api.writes import ERRORS as ERRORS_OF_WRITES
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, content_of, writing
from leadhall.web.call import Answer, Call
from leadhall.web.decode import fingerprint

ANSWER_MOST_CHARS = 16_384
SOURCE = "contact_form"
CACHED_FOR_AN_HOUR = b"public, max-age=3600"


async def list_forms(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        own = await list_fields(connection, business.id)
    return Answer({"status": "OK", "data": [listed_form(form) for form in forms_of(own)]})


async def put_form_of_business(work: Work) -> Answer:
    """A form anew: what it asks for of the business's own fields."""
    given = work.given
    type_ = given.word("type", FORMS, needed=True)
    sections = given.parts("sections")
    if sections is None and not given.faults:
        given.wrong("missing", "sections", "is missing")
    asks = [_asked_anew(field) for section in sections or () for field in section.parts("fields") or ()]
    given.settle()
    form = await put_form(work.connection, work.business_id, type_ or "", asks)
    return Answer({"status": "OK", "data": listed_form(form)})


def _asked_anew(field: Given) -> AskedAnew:
    return AskedAnew(
        id=field.text("id", needed=True) or "",
        required=field.boolean("required"),
        keep_asking=field.boolean("keep_asking"),
        default_value=field.text("default_value", blank=True),
    )


async def get_contact_form(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        own = await list_fields(connection, business.id)
    return Answer({"status": "OK", "data": contact_form(form_of(CONTACT_FORM, own))})


async def submit_contact_form(call: Call) -> Answer:
    """A client's own words become a lead, through intake like any other.

    A client whom no key finds is filed by the email it wrote, which may be another client's: it is told its own uid
    either way, so that nobody learns here who else is a client.
    """
    content, client_uid = await content_of(call), call.known.client_uid or ""
    reached = await business_meant(call)
    business = await call.services.businesses.facts(reached.id)
    async with scoped(call.services.app_pool, Scope.of([business.id])) as connection:
        form = form_of(CONTACT_FORM, await list_fields(connection, business.id))
        known_by = await keys_of(connection, business.id, client_uid)
        own = await clients_called(connection, business.id, [client_uid])
    submission = _submission(Given(content), form, known_by)
    if not known_by and submission.first_name is None and own:
        submission.first_name = own[0].first_name  # to need one of strangers alone would tell who is none
    receipt = await _receive(call, business, submission, content)
    data = {
        "auto_reply_message": None,
        "conversation_uid": receipt.conversation_uid,
        "id": number_of(receipt.message_uid),
        "uid": receipt.client_uid if known_by else client_uid,
    }
    return Answer({"status": "OK", "data": data})


def _submission(given: Given, form: Form, known_by: list[tuple[str, str]]) -> Submission:
    """The form as intake takes leads; Invalid names every field that is empty or cannot be."""
    answers = given.part("form_data", needed=True).pairs("fields", most_chars=ANSWER_MOST_CHARS)
    given.settle()
    if faults := faults_of(form, answers):
        raise Invalid.of(faults)
    built_in = {field.id for field in BUILT_IN}
    kind, key = known_by[0] if known_by else ("email", answers.get("email"))
    submission = Submission(
        identifier_type=kind,
        request_title=answers[SUBJECT],
        message_data=[("message", answers[MESSAGE])],
        request_data=[(name, text) for name, text in answers.items() if name not in {SUBJECT, MESSAGE, *built_in}],
        notifications=[EMAIL],
        source=SOURCE,
        source_url=_page_of(given),
    )
    for name in built_in & set(answers):
        setattr(submission, name, answers[name])
    if kind == "email" and key is not None and answers.get("email", key) != key:
        submission.message_data.append(("Email", answers["email"]))  # who they are stays; what they wrote is read
    setattr(submission, kind, key)
    return submission


def _page_of(given: Given) -> str | None:
    """The page that the form stood on, where that can be read: of origin data nothing is refused (api.md 3.7)."""
    return Given(given.plain).part("source_data").text("s", most_chars=ANSWER_MOST_CHARS)


async def _receive(call: Call, business: BusinessFacts, submission: Submission, content: dict[str, Any]) -> Receipt:
    """Store it in a batch, whose commit writes its row of the request log too."""
    visit = Visit(call.operation.name, call.scope, call.ip, uid=call.request_id)
    visit.caller, visit.body = call.known, call.body
    identity = read_identity(submission, business.own_names | call.known.own_identifiers)
    visit.business, visit.marks = business, marks_of(call.services.key, submission, identity, business.country)
    known = identity.by is not None and await call.services.businesses.knows(
        business.id, identity.by.kind, identity.by.key
    )
    draft = draft_lead(submission, identity, business, known=known)
    claim = Claim(fingerprint=fingerprint(content), idem_key=idempotency_key(call.scope))
    outcome = await call.services.batcher.receive(
        Arrival(what=draft, sender=visit.sender(), request=visit.row(), claim=claim)
    )
    call.is_logged = True
    if not isinstance(outcome, Receipt):
        raise Invalid("The same request was refused before; take a new Idempotency-Key")
    return outcome


async def embed_code(call: Call) -> Answer:
    """The same for every name: that a business is there is not told to whom asks."""
    query: EmbedQuery = call.query
    settings = call.services.settings
    url = settings.public_url or f"http://127.0.0.1:{settings.port}"
    page = escape(f"{url}/{call.path['business_uid']}/contact/", quote=True)
    code = f'<iframe src="{page}" width="{query.width}" height="{query.height}" frameborder="0"></iframe>'
    return Answer({"code": code}, cache=CACHED_FOR_AN_HOUR)


_READERS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
_WRITERS = Policy.tokens("staff", "app", "directory", scopes=("clients:write",))
_CLIENTS = Policy.tokens("client")
_BUSINESS = {"business_uid": "0m5x4kq0000000bz"}
_NOT_FOUND = ErrorCase(404, "not_found", "The token's client is not a client of this business.")
_FIELD = {"id": "0m5x4kq2v7f1f1ab", "type": "singleline", "label": "Budget", "required": False}
_FORM = {
    "type": "client_card",
    "title": "Client card",
    "description": "",
    "sections": [
        {
            "editable": True,
            "title": "Client card",
            "type": "fields",
            "description": "",
            "fields": [_FIELD | {"keep_asking": False, "default_value": ""}],
        }
    ],
}
_ANSWERS = {
    "form_data": {
        "fields": {
            "subject": "Kitchen",
            "message": "When may you come by?",
            "first_name": "Dana",
            "email": "dana.levi@example.com",
        }
    },
    "source_data": {"isWidget": True, "s": "https://example.com/contact"},
}
_CODE = '<iframe src="https://leads.example.com/0m5x4kq0000000bz/contact/"></iframe>'
_DONE = {"auto_reply_message": None, "conversation_uid": "0m5x4kq2v7d3h8cd", "id": 22, "uid": "0m5x4kq2v7c9t1ab"}

OPERATIONS = (
    Operation(
        name="list_forms",
        title="List forms",
        summary="The forms of a business with the fields each asks for.",
        method="GET",
        path="/platform/v1/forms",
        door="api",
        policy=_READERS,
        handler=list_forms,
        replies=(Reply(200, FormsReply, {"status": "OK", "data": [_FORM]}, "The forms."),),
        errors=ERRORS,
        examples=(Example("All"),),
        family="p1",
        tag="Fields and forms",
    ),
    Operation(
        name="update_form",
        title="Update a form",
        summary="A form asks for the given ones of the business's own fields and for no other; what is said of each "
        "(required, keep_asking, default_value) holds for the field. Built-in fields stay on the form, and titles are "
        "ours: upstream's own are not told.",
        method="PUT",
        path="/platform/v1/forms",
        door="api",
        policy=_WRITERS,
        handler=writing(put_form_of_business),
        request=FormBody,
        replies=(Reply(200, FormReply, {"status": "OK", "data": _FORM}, "The form as it is now."),),
        errors=ERRORS_OF_WRITES,
        examples=(
            Example("A form without own fields", {"type": "scheduling", "sections": [{"fields": []}]}),
            Example(
                "One field",
                {"type": "leave_details", "sections": [{"fields": [{"id": "budget", "required": True}]}]},
            ),
        ),
        family="p1",
        tag="Fields and forms",
    ),
    Operation(
        name="get_contact_form",
        title="Get the contact form",
        summary="What the contact form of a business asks a client, as rows of fields.",
        method="GET",
        path="/client_api/v1/portals/{business_uid}/contact/get_form",
        door="api",
        policy=_CLIENTS,
        handler=get_contact_form,
        replies=(
            Reply(
                200,
                ContactFormReply,
                {"status": "OK", "data": contact_form(form_of(CONTACT_FORM, []))},
                "The form.",
            ),
        ),
        errors=(*ERRORS, _NOT_FOUND),
        examples=(Example("A business's form", path=_BUSINESS),),
        family="b",
        tag="Fields and forms",
    ),
    Operation(
        name="submit_contact_form",
        title="Submit the contact form",
        summary="A client's answers become a lead: a new conversation with the message, and a notice to the owner. "
        "200, as upstream answers.",
        method="POST",
        path="/client_api/v1/portals/{business_uid}/contact/submit",
        door="api",
        policy=_CLIENTS,
        handler=submit_contact_form,
        request=SubmitBody,
        replies=(Reply(200, SubmittedReply, {"status": "OK", "data": _DONE}, "The lead is on disk."),),
        errors=(*ERRORS_OF_POSTS, _NOT_FOUND, ErrorCase(422, "unstorable", "PostgreSQL refused exactly this lead.")),
        examples=(Example("A question", _ANSWERS, path=_BUSINESS),),
        family="b",
        tag="Fields and forms",
    ),
    Operation(
        name="get_embed_code",
        title="Get the embed code",
        summary="The HTML that shows the contact form of a business in another page. May be kept for an hour.",
        method="GET",
        path="/api/experts/{business_uid}/embed_code",
        door="api",
        policy=ANYBODY,
        handler=embed_code,
        query=EmbedQuery,
        replies=(
            Reply(200, EmbedReply, {"code": '<iframe src="https://…/0m5x4kq0000000bz/contact/"></iframe>'}, "HTML."),
        ),
        errors=tuple(case for case in ERRORS if case.status not in (401, 429) and case.code != "missing"),
        examples=(Example("A contact form", query={"type": "contact", "width": "600"}, path=_BUSINESS),),
        family="p1",
        tag="Fields and forms",
    ),
)
