"""What clients are called, which filters a view has, and what one client is told how (api.md 3.8)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.clients.settings import (
    ClientSettings,
    SettingsChange,
    change_many,
    change_settings,
    faults_of,
    settings_of,
)
from leadhall.clients.statuses import STATUSES, label_of
from leadhall.core.errors import Fault, Invalid
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.tenancy.rights import MANAGES_BUSINESS, require_role
from leadhall.tenancy.terms import TERMS, select_term, selected_term
from leadhall.web.api.clients.hand import desk_of
from leadhall.web.api.given import Given
from leadhall.web.api.reads import ERRORS, reading
from leadhall.web.api.refusals import Worded
from leadhall.web.api.writes import ERRORS as ERRORS_OF_WRITES
from leadhall.web.api.writes import Work, writing
from leadhall.web.call import Answer, Call

BULK_MOST = 5_000


class Option(msgspec.Struct):
    value: str
    label: str


class Filter(msgspec.Struct, kw_only=True):
    name: str
    options: list[Option]


class FiltersData(msgspec.Struct):
    view_filters: list[Filter]


class FiltersReply(msgspec.Struct):
    success: Literal[True]
    data: FiltersData


class Terms(msgspec.Struct):
    options: list[str]
    selected: str


class TermsSettings(msgspec.Struct):
    terms: Terms


class TermsData(msgspec.Struct):
    settings: TermsSettings


class TermsReply(msgspec.Struct):
    success: Literal[True]
    data: TermsData


class TermGiven(msgspec.Struct):
    selected: Annotated[str, Meta(description=f"One of: {', '.join(TERMS)}.")]


class TermsGiven(msgspec.Struct):
    terms: TermGiven


class TermsBody(msgspec.Struct):
    settings: TermsGiven


class SettingsBody(msgspec.Struct, kw_only=True):
    opt_out_transactional_sms: Annotated[
        bool | str | None,
        Meta(description="No texts about their own requests: the inverse of opt_in_transactional_sms."),
    ] = None
    preferred_language: Annotated[str | None, Meta(description="Such as en or pt-BR; blank: the business's.")] = None


class SettingsTold(msgspec.Struct, kw_only=True):
    client_uid: str
    opt_out_transactional_sms: bool
    preferred_language: str | None
    effective_language: str


class SettingsReply(msgspec.Struct):
    success: Literal[True]
    data: SettingsTold


class SettingsItem(SettingsBody, kw_only=True):
    client_uid: str


class BulkSettingsBody(msgspec.Struct):
    client_settings: Annotated[list[SettingsItem], Meta(description=f"At most {BULK_MOST:,}, each on its own.")]


class FaultTold(msgspec.Struct):
    code: str
    field: str | None
    message: str


class ItemTold(msgspec.Struct, kw_only=True):
    client_uid: str | None
    success: bool
    errors: list[FaultTold]


class BulkSettingsData(msgspec.Struct):
    results: list[ItemTold]
    updated: int
    failed: int


class BulkSettingsReply(msgspec.Struct):
    success: Literal[True]
    data: BulkSettingsData


async def view_filters(call: Call) -> Answer:
    """The statuses, as the business calls them."""
    async with reading(call) as (business, _):
        options = [{"value": status, "label": label_of(status, business.status_labels)} for status in STATUSES]
    return Answer({"success": True, "data": {"view_filters": [{"name": "status", "options": options}]}})


async def get_terms(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        selected = await selected_term(connection, business.id)
    return _terms(selected)


def _terms(selected: str) -> Answer:
    return Answer({"success": True, "data": {"settings": {"terms": {"options": list(TERMS), "selected": selected}}}})


async def _put_terms(work: Work) -> Answer:
    await require_role(work.connection, work.caller, MANAGES_BUSINESS)
    terms = work.given.part("settings", needed=True).part("terms", needed=True)
    selected = terms.word("selected", TERMS, needed=True)
    work.given.settle()
    await select_term(work.connection, work.business_id, selected or "")
    return _terms(selected or "")


async def get_settings(call: Call) -> Answer:
    async with reading(call) as (business, connection):
        told = await settings_of(connection, business.id, call.path["client_uid"])
    return Answer({"success": True, "data": _told(told)})


def _told(settings: ClientSettings) -> dict[str, Any]:
    return {
        "client_uid": settings.uid,
        "opt_out_transactional_sms": settings.opt_out_transactional_sms,
        "preferred_language": settings.preferred_language,
        "effective_language": settings.effective_language,
    }


async def _put_settings(work: Work) -> Answer:
    change = _change(work.given)
    work.given.settle()
    uid, token_uid = work.call.path["client_uid"], work.caller.token_uid
    told = await change_settings(await desk_of(work), uid, change, token_uid=token_uid)
    return Answer({"success": True, "data": _told(told)})


def _change(given: Given) -> SettingsChange:
    out, language = given.boolean("opt_out_transactional_sms"), given.text("preferred_language", blank=True)
    return SettingsChange(opt_out_texts=out, language=language)


async def put_settings_of_many(call: Call) -> Answer:
    """For staff alone, which is said before a business is asked for."""
    if call.known.kind != "staff":
        raise Worded(401, "Only staff tokens are allowed for bulk operations", code="unauthorized")
    return await _write_many(call)


async def _bulk(work: Work) -> Answer:
    """Each on its own: what cannot be done is told, and the rest is done. Of two for one client the later counts."""
    listed = work.given.listed("client_settings")
    if not isinstance(listed, list) or not listed:
        raise Invalid.of([Fault.missing("client_settings")])
    if len(listed) > BULK_MOST:
        raise Invalid.of([Fault("too_many", f"client_settings must be at most {BULK_MOST}", "client_settings")])
    read = [_item(item) for item in listed]
    wanted = {uid: change for uid, change, faults in read if uid and not faults}
    missing = await change_many(await desk_of(work), wanted, token_uid=work.caller.token_uid)
    nobody = Fault("not_found", "There is no such client", "client_uid")
    results = [_result(uid, [nobody] if uid in missing and not faults else faults) for uid, _, faults in read]
    done = sum(not result["errors"] for result in results)
    return Answer({"success": True, "data": {"results": results, "updated": done, "failed": len(results) - done}})


_write_many = writing(_bulk)


def _item(item: Any) -> tuple[str | None, SettingsChange, list[Fault]]:
    given = Given(item if isinstance(item, dict) else {})
    uid, change = given.text("client_uid", needed=True), _change(given)
    return uid, change, given.faults + faults_of(change)


def _result(uid: str | None, faults: list[Fault]) -> dict[str, Any]:
    errors = [{"code": fault.code, "field": fault.field, "message": fault.message} for fault in faults]
    return {"client_uid": uid, "success": not errors, "errors": errors}


_READERS = Policy.tokens("staff", "app", "directory", scopes=("clients:read",))
_WRITERS = Policy.tokens("staff", "app", "directory", scopes=("clients:write",))
_NO_CLIENT = ErrorCase(404, "not_found", "This business has no such client.")
_UID = {"client_uid": "0m5x4kq2v7c9t1ab"}
_SETTINGS = {
    "client_uid": "0m5x4kq2v7c9t1ab",
    "opt_out_transactional_sms": True,
    "preferred_language": None,
    "effective_language": "en",
}
_TERMS = {"success": True, "data": {"settings": {"terms": {"options": list(TERMS), "selected": "clients"}}}}
_TAG = "Client settings"

OPERATIONS = (
    Operation(
        name="list_view_filters",
        title="List view filters",
        summary="The statuses that a client can have, with the business's own words for them.",
        method="GET",
        path="/business/search/v1/view_filters",
        door="api",
        policy=_READERS,
        handler=view_filters,
        replies=(
            Reply(
                200,
                FiltersReply,
                {
                    "success": True,
                    "data": {"view_filters": [{"name": "status", "options": [{"value": "lead", "label": "Lead"}]}]},
                },
                "The filters.",
            ),
        ),
        errors=ERRORS,
        examples=(Example("All"),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="get_client_terms",
        title="Get the word for clients",
        summary="What the business calls those it serves, and what it could call them.",
        method="GET",
        path="/business/clients/v1/settings",
        door="api",
        policy=_READERS,
        handler=get_terms,
        replies=(Reply(200, TermsReply, _TERMS, "The words."),),
        errors=ERRORS,
        examples=(Example("As they are"),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="update_client_terms",
        title="Choose the word for clients",
        summary="What the business calls those it serves. `matter_term` of a client follows it.",
        method="PUT",
        path="/business/clients/v1/settings",
        door="api",
        policy=Policy.tokens("staff", "directory", scopes=("admin",)),
        handler=writing(_put_terms),
        request=TermsBody,
        replies=(Reply(200, TermsReply, _TERMS, "The words as they are now."),),
        errors=ERRORS_OF_WRITES,
        examples=(Example("Patients", {"settings": {"terms": {"selected": "patients"}}}),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="get_client_settings",
        title="Get a client's settings",
        summary="Whether a client takes texts about their requests, and in which language they are told things.",
        method="GET",
        path="/v3/clients/client_settings/{client_uid}",
        door="api",
        policy=_READERS,
        handler=get_settings,
        replies=(Reply(200, SettingsReply, {"success": True, "data": _SETTINGS}, "The settings."),),
        errors=(*ERRORS, _NO_CLIENT),
        examples=(Example("A client's", path=_UID),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="update_client_settings",
        title="Update a client's settings",
        summary="Changes what is given. A yes or no to texts is recorded as consent for the present number.",
        method="PUT",
        path="/v3/clients/client_settings/{client_uid}",
        door="api",
        policy=_WRITERS,
        handler=writing(_put_settings),
        request=SettingsBody,
        replies=(Reply(200, SettingsReply, {"success": True, "data": _SETTINGS}, "The settings as they are now."),),
        errors=(*ERRORS_OF_WRITES, _NO_CLIENT),
        examples=(Example("No texts", {"opt_out_transactional_sms": True}, path=_UID),),
        family="b",
        tag=_TAG,
    ),
    Operation(
        name="update_client_settings_bulk",
        title="Update settings of many clients",
        summary="Each client on its own: what cannot be done is told, and the rest is done. Staff tokens only.",
        method="PUT",
        path="/v3/clients/client_settings/bulk",
        door="api",
        policy=_WRITERS,
        handler=put_settings_of_many,
        request=BulkSettingsBody,
        replies=(
            Reply(
                200,
                BulkSettingsReply,
                {
                    "success": True,
                    "data": {
                        "results": [{"client_uid": "0m5x4kq2v7c9t1ab", "success": True, "errors": []}],
                        "updated": 1,
                        "failed": 0,
                    },
                },
                "What became of each.",
            ),
        ),
        errors=ERRORS_OF_WRITES,
        examples=(
            Example("One", {"client_settings": [{"client_uid": "0m5x4kq2v7c9t1ab", "preferred_language": "pt-BR"}]}),
        ),
        family="b",
        tag=_TAG,
    ),
)
