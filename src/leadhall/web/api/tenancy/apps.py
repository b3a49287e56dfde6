"""`/platform/v1/apps`: programs that act for businesses (api.md 3.1)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from leadhall.core.clock import iso_seconds
from leadhall.core.db import scoped
from leadhall.core.operation import ErrorCase, Example, Operation, Policy, Reply
from leadhall.tenancy.apps import App, NewApp, create_app, list_apps
from leadhall.tenancy.audit import record_act
from leadhall.tenancy.oauth import read_redirect_uri
from leadhall.web.api.reads import ERRORS
from leadhall.web.api.writes import ERRORS_OF_SECRETS, Work, scope_of, writing
from leadhall.web.call import Answer, Call


class NewAppBody(msgspec.Struct, kw_only=True):
    name: Annotated[str | None, Meta(description="Needed; 3 to 25 characters.")] = None
    redirect_uri: Annotated[str | None, Meta(description="Where people come back to; several parted by blanks.")] = None
    scopes: list[str] | None = None
    app_type: list[str] | None = None
    trusted: bool | None = None
    app_code_name: Annotated[str | None, Meta(description="Letters and digits; nobody else's.")] = None


class MadeApp(msgspec.Struct, kw_only=True):
    app_code_name: str | None
    app_id: str
    client_id: str
    client_secret: Annotated[str, Meta(description="Shown this once.")]
    name: str


class MadeAppReply(msgspec.Struct):
    status: Literal["OK"]
    data: MadeApp


class ListedApp(msgspec.Struct, kw_only=True):
    app_code_name: str | None
    app_id: str
    client_id: str
    name: str
    redirect_uri: str | None
    scopes: list[str]
    app_type: list[str]
    trusted: bool
    created_at: str


class AppsData(msgspec.Struct):
    apps: list[ListedApp]


class AppsReply(msgspec.Struct):
    status: Literal["OK"]
    data: AppsData


async def list_apps_of_directory(call: Call) -> Answer:
    async with scoped(call.services.app_pool, scope_of(call.known, None)) as connection:
        apps = await list_apps(connection, call.known.directory_id)
    return Answer({"status": "OK", "data": {"apps": [_shown(app) for app in apps]}})


def _shown(app: App) -> dict[str, Any]:
    return {
        "app_code_name": app.code_name,
        "app_id": app.uid,
        "client_id": app.client_id,
        "name": app.name,
        "redirect_uri": app.redirect_uri,
        "scopes": app.scopes,
        "app_type": app.app_type,
        "trusted": app.trusted,
        "created_at": iso_seconds(app.created_at),
    }


async def _create(work: Work) -> Answer:
    given = work.given
    name, code_name = given.text("name", needed=True), given.text("app_code_name")
    redirect_uri = given.text("redirect_uri", most_chars=1000)
    if redirect_uri is not None:
        try:
            redirect_uri = read_redirect_uri(redirect_uri)
        except ValueError as fault:
            given.wrong("invalid", "redirect_uri", str(fault))
    new = NewApp(
        name=name or "",
        code_name=code_name,
        redirect_uri=redirect_uri,
        scopes=tuple(given.texts("scopes") or ()),
        app_type=tuple(given.texts("app_type") or ()),
        trusted=bool(given.boolean("trusted")),
    )
    given.settle()
    app, secret = await create_app(work.connection, work.caller.directory_id, new)
    await record_act(work.connection, "app/created", app.uid, actor=work.caller.principal)
    data = {"app_code_name": app.code_name, "app_id": app.uid, "client_id": app.client_id}
    return Answer({"status": "OK", "data": data | {"client_secret": secret, "name": app.name}}, status=201)


_ID = "c1" * 32
_DIRECTORIES = Policy.tokens("directory", scopes=("admin",))
_NEW = {"name": "Form Connector", "redirect_uri": "https://app.example.com/back", "app_code_name": "form_connector"}

OPERATIONS = (
    Operation(
        name="create_app",
        title="Create an app",
        summary="Makes an app of the directory. Its client secret is shown this once.",
        method="POST",
        path="/platform/v1/apps",
        door="api",
        policy=_DIRECTORIES,
        handler=writing(_create, of="caller"),
        request=NewAppBody,
        secret=True,
        replies=(
            Reply(
                201,
                MadeAppReply,
                {
                    "status": "OK",
                    "data": {
                        "app_code_name": "form_connector",
                        "app_id": "0m5x4kq0000000ap",
                        "client_id": _ID,
                        "client_secret": "5e" * 32,
                        "name": "Form Connector",
                    },
                },
                "The app.",
            ),
        ),
        errors=(*ERRORS_OF_SECRETS, ErrorCase(409, "already_exists", "The code name is taken.")),
        examples=(Example("A connector", _NEW),),
        family="p1",
        tag="Apps",
    ),
    Operation(
        name="list_apps",
        title="List apps",
        summary="The apps of the directory, without their secrets.",
        method="GET",
        path="/platform/v1/apps",
        door="api",
        policy=_DIRECTORIES,
        handler=list_apps_of_directory,
        replies=(
            Reply(
                200,
                AppsReply,
                {
                    "status": "OK",
                    "data": {
                        "apps": [
                            {
                                "app_code_name": "form_connector",
                                "app_id": "0m5x4kq0000000ap",
                                "client_id": _ID,
                                "name": "Form Connector",
                                "redirect_uri": "https://app.example.com/back",
                                "scopes": [],
                                "app_type": [],
                                "trusted": False,
                                "created_at": "2026-11-22T09:30:00Z",
                            }
                        ]
                    },
                },
                "The apps.",
            ),
        ),
        errors=ERRORS,
        examples=(Example("All"),),
        family="p1",
        tag="Apps",
    ),
)
