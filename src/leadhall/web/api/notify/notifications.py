"""Notification templates, and notices to staff by them (api.md 3.11)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from leadhall.core.errors import Invalid, NotFound
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply, with_own
from leadhall.notify.templates.content import LOCALES
from leadhall.notify.templates.sent import NewNotification, get_notification, notify_staff
from leadhall.notify.templates.templates import (
    NewTemplate,
    add_template,
    change_template,
    find_template,
    get_template,
    list_templates,
    remove_template,
)
from leadhall.tenancy.staff import get_staff
from leadhall.web.api.given import LONG_TEXT_MOST_CHARS, Given
from leadhall.web.api.notify.notification_types import (
    DeletedReply,
    NotificationReply,
    NotifyBody,
    TemplateBody,
    TemplateChanges,
    TemplateReply,
    TemplatesQuery,
    TemplatesReply,
    as_not_valid,
    not_valid,
    notification_item,
    template_item,
)
from leadhall.web.api.notify.template_body import read_template
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.writes import ERRORS as ERRORS_OF_WRITES
from leadhall.web.api.writes import ERRORS_OF_POSTS, Work, writing
from leadhall.web.call import Answer, Call

PARAMS_MOST = 100


async def list_notification_templates(call: Call) -> Answer:
    query: TemplatesQuery = call.query
    async with reading(call) as (business, connection):
        found, total = await list_templates(
            connection, business.id, order=query.sort, number=query.page, per_page=query.size
        )
    data = {"notification_templates": [template_item(each) for each in found]}
    paging = {"page": query.page, "per_page": query.size, "total": total}
    return Answer({"success": True, "data": data, "paging": paging})


async def get_notification_template(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        template = await get_template(connection, business.id, call.path["uid"])
    return Answer({"success": True, "data": template_item(template)})


def _checked(act: Callable[[Work], Awaitable[Answer]]) -> Callable[[Work], Awaitable[Answer]]:
    """What cannot be is told as upstream tells it: 400, `validation_error`."""

    async def checked(work: Work) -> Answer:
        try:
            return await act(work)
        except Invalid as refusal:
            raise as_not_valid(refusal) from None

    return checked


def _read(given: Given, before: NewTemplate | None = None) -> NewTemplate:
    new = read_template(given, before)
    if new is None:
        raise not_valid(given.faults)
    return new


async def _create(work: Work) -> Answer:
    new = _read(work.given)
    template = await add_template(work.connection, work.business_id, new, made_by=work.caller.principal)
    return Answer({"success": True, "data": template_item(template)}, status=201)


async def _change(work: Work) -> Answer:
    uid = work.call.path["uid"]
    before = await get_template(work.connection, work.business_id, uid)
    template = await change_template(work.connection, work.business_id, uid, _read(work.given, before))
    return Answer({"success": True, "data": template_item(template)})


async def _remove(work: Work) -> Answer:
    await remove_template(work.connection, work.business_id, work.call.path["uid"])
    return Answer({"success": True, "message": "Notification template deleted successfully"})


async def _notify(work: Work) -> Answer:
    """One notice to one member of the staff: in the inbox at once, by mail and text as its deliveries tell."""
    given = work.given
    staff_uid = given.text("staff_uid", needed=True)
    code_name = given.text("notification_template_code_name", needed=True)
    locale = given.word("locale", LOCALES) or LOCALES[0]
    params = _params(given)
    given.settle()
    template = await find_template(work.connection, work.business_id, code_name or "")
    staff = await get_staff(work.connection, work.business_id, staff_uid or "")
    if staff.deleted_at is not None:
        raise NotFound("Staff not found")
    new = NewNotification(staff_uid=staff.uid, locale=locale, params=params, is_test=work.caller.is_test)
    sent = await notify_staff(
        work.connection, work.business_id, template, new, made_by=work.caller.principal
    )  # fmt: skip
    return Answer({"success": True, "data": notification_item(sent)}, status=201)


def _params(given: Given) -> dict[str, str]:
    listed = given.parts("params") or []
    if len(listed) > PARAMS_MOST:
        given.wrong("too_many", "params", f"must be at most {PARAMS_MOST}")
        return {}
    pairs = [
        (each.text("key", needed=True, most_chars=100), each.text("value", most_chars=LONG_TEXT_MOST_CHARS))
        for each in listed
    ]
    return {key: value or "" for key, value in pairs if key}


async def get_staff_notification(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        sent = await get_notification(connection, business.id, call.path["uid"])
    return Answer({"success": True, "data": notification_item(sent)})


_READERS = Policy.tokens("staff", "app", "directory", scopes=("messages",))
_WRITERS = Policy.tokens("app", "directory", scopes=("messages",))
_TEMPLATES = "/v3/communication/notification_templates"
_SENT = "/v3/communication/staff_notifications"
_UID = {"uid": "0m5x4kq2v7n8t9ab"}
_NOT_VALID = ErrorCase(400, "validation_error", "Something in it cannot be; the errors after the first say what.")
_NO_TEMPLATE = ErrorCase(404, "not_found", "This business has no such notification template.")
_TAKEN = ErrorCase(409, "already_exists", "The business has a template of this code name.")
_BODY: dict[str, Any] = {
    "code_name": "invoice_paid",
    "title": [{"locale": "en", "value": "An invoice was paid"}],
    "description": [{"locale": "en", "value": "Tells who paid, and how much"}],
    "category": "payments",
    "configurable_by_staff": True,
    "content": {
        "staff_portal": {"title": "{{client}} paid {{amount}}", "message_body": "Invoice {{number}}"},
        "email": {
            "subject": [{"locale": "en", "value": "{{client}} paid"}],
            "main_title": "Paid",
            "main_text": "{{client}} paid {{amount}} for invoice {{number}}.",
            "primary_cta_button": {"text": "See the invoice", "url": "https://example.com/invoices/{{number}}"},
        },
        "sms": {"message_body": "{{client}} paid {{amount}}"},
    },
}
_ONE = _BODY | {
    "uid": "0m5x4kq2v7n8t9ab",
    "trigger_type": "system",
    "delivery_channel": ["pane", "email", "sms"],
    "created_at": "2026-11-22T09:30:00.123Z",
    "updated_at": "2026-11-22T09:30:00.123Z",
}
_NOTICE = {
    "staff_uid": "0m5x4kq0000000st",
    "notification_template_code_name": "visit_booked",
    "locale": "en",
    "params": [{"key": "client", "value": "Dana Levi"}],
}
_NOTIFIED = _NOTICE | {
    "uid": "0m5x4kq2v7p9v0cd",
    "push_status": None,
    "pane_status": "sent",
    "email_status": ["in_process", "processed"],
    "sms_status": ["in_process"],
    "created_at": "2026-11-22T09:30:00.123Z",
}

OPERATIONS = (
    Operation(
        name="list_notification_templates",
        title="List notification templates",
        summary="The templates of a business's notices to its staff.",
        method="GET",
        path=_TEMPLATES,
        door="api",
        policy=_READERS,
        handler=list_notification_templates,
        query=TemplatesQuery,
        replies=(
            Reply(
                200,
                TemplatesReply,
                {
                    "success": True,
                    "data": {"notification_templates": [_ONE]},
                    "paging": {"page": 1, "per_page": 25, "total": 1},
                },
                "A page of templates.",
            ),
        ),
        errors=with_own(ERRORS, _NOT_VALID, instead_of=(422, "invalid")),
        unfit=as_not_valid,
        examples=(Example("The newest", query={"sort": "updated_at:desc"}),),
        family="b",
        tag="Notifications",
    ),
    Operation(
        name="create_notification_template",
        title="Create a notification template",
        summary="A template of notices to staff: what the inbox, a mail and a text say, by language, with places for "
        "params. It is the business's.",
        method="POST",
        path=_TEMPLATES,
        door="api",
        policy=_WRITERS,
        handler=writing(_checked(_create)),
        request=TemplateBody,
        replies=(Reply(201, TemplateReply, {"success": True, "data": _ONE}, "The template."),),
        errors=(*ERRORS_OF_POSTS, _NOT_VALID, _TAKEN),
        examples=(Example("An invoice was paid", _BODY),),
        family="b",
        tag="Notifications",
    ),
    Operation(
        name="get_notification_template",
        title="Get a notification template",
        summary="One template.",
        method="GET",
        path=_TEMPLATES + "/{uid}",
        door="api",
        policy=_READERS,
        handler=get_notification_template,
        replies=(Reply(200, TemplateReply, {"success": True, "data": _ONE}, "The template."),),
        errors=(*ERRORS, _NO_TEMPLATE),
        examples=(Example("One", path=_UID),),
        family="b",
        tag="Notifications",
    ),
    Operation(
        name="change_notification_template",
        title="Change a notification template",
        summary="It says this from now on; what is left out stays. What was sent by it stays as it was.",
        method="PUT",
        path=_TEMPLATES + "/{uid}",
        door="api",
        policy=_WRITERS,
        handler=writing(_checked(_change)),
        request=TemplateChanges,
        replies=(Reply(200, TemplateReply, {"success": True, "data": _ONE}, "The template as it is now."),),
        errors=(*ERRORS_OF_WRITES, _NOT_VALID, _NO_TEMPLATE, _TAKEN),
        examples=(Example("Another title", {"title": [{"locale": "en", "value": "Paid"}]}, path=_UID),),
        family="b",
        tag="Notifications",
    ),
    Operation(
        name="delete_notification_template",
        title="Delete a notification template",
        summary="Nothing is sent by it any more. What was sent stays.",
        method="DELETE",
        path=_TEMPLATES + "/{uid}",
        door="api",
        policy=_WRITERS,
        handler=writing(_remove),
        replies=(
            Reply(
                200,
                DeletedReply,
                {"success": True, "message": "Notification template deleted successfully"},
                "It is gone.",
            ),
        ),
        errors=(*ERRORS, _NO_TEMPLATE),
        examples=(Example("One", path=_UID),),
        family="b",
        tag="Notifications",
    ),
    Operation(
        name="create_staff_notification",
        title="Notify a member of the staff",
        summary="A notice by a template to one member of the staff: in the inbox at once, by mail and text as they "
        "can be reached and did not mute.",
        method="POST",
        path=_SENT,
        door="api",
        policy=_WRITERS,
        handler=writing(_checked(_notify)),
        request=NotifyBody,
        replies=(Reply(201, NotificationReply, {"success": True, "data": _NOTIFIED}, "It is on its way."),),
        errors=(
            *ERRORS_OF_POSTS,
            _NOT_VALID,
            ErrorCase(404, "not_found", "This business has no such template, or nobody of this uid serves it."),
        ),
        examples=(Example("A visit was booked", _NOTICE),),
        family="b",
        tag="Notifications",
    ),
    Operation(
        name="get_staff_notification",
        title="Get a staff notification",
        summary="What became of a notice by each way, as far as there is evidence.",
        method="GET",
        path=_SENT + "/{uid}",
        door="api",
        policy=_READERS,
        handler=get_staff_notification,
        replies=(Reply(200, NotificationReply, {"success": True, "data": _NOTIFIED}, "The notice."),),
        errors=(*ERRORS, ErrorCase(404, "not_found", "This business has no such notice.")),
        examples=(Example("One", path={"uid": "0m5x4kq2v7p9v0cd"}),),
        family="b",
        tag="Notifications",
    ),
)
