"""`leadhall token create|import|rotate|revoke|list|show`."""

from __future__ import annotations

import sys
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from leadhall.cli.durations import read_span
from leadhall.cli.faults import Usage
from leadhall.cli.grant import NO_LIMITS, CliKind, Limits, grant_for
from leadhall.cli.output import Json, row_of, say, show_facts, show_json, show_rows
from leadhall.cli.pick import DirectoryOption, pick_business, pick_directory
from leadhall.cli.session import session
from leadhall.tenancy.tokens import (
    PAGE_MOST,
    IssuedToken,
    Token,
    create_token,
    get_token,
    import_token,
    list_tokens,
    revoke_token,
    rotate_token,
)

app = cyclopts.App(name="token", help="Tokens: create, import, rotate, revoke, list.")
LISTED = ("uid", "kind", "label", "hint", "business_uid", "scopes", "mode", "expires_at", "revoked_at", "last_used_at")


@app.command
async def create(
    kind: CliKind, /, *, limits: Annotated[Limits, Parameter(name="*")] = NO_LIMITS, as_json: Json = False
) -> None:
    """Make a token: staff (of --business, its owner unless --staff), app (--app), or directory. Shown this once."""
    async with session() as at, at.connection.transaction():
        issued = await create_token(at.connection, await grant_for(at.connection, kind, limits))
    _show_issued(issued, as_json=as_json)


@app.command(name="import")
async def import_(
    kind: CliKind,
    /,
    *,
    sha256: Annotated[
        str | None, Parameter(help="Its SHA-256 in hex; without it the token is read from stdin.")
    ] = None,
    limits: Annotated[Limits, Parameter(name="*")] = NO_LIMITS,
    as_json: Json = False,
) -> None:
    """Accept a token that callers use already, so that they change only the host."""
    secret = None if sha256 else _secret_from_stdin()
    async with session() as at, at.connection.transaction():
        grant = await grant_for(at.connection, kind, limits)
        issued = await import_token(at.connection, grant, secret=secret, sha256=sha256)
    _show_issued(issued, as_json=as_json)


def _secret_from_stdin() -> str:
    if sys.stdin.isatty():
        say("the token (it is not shown again):")
    secret = sys.stdin.readline().strip()
    if not secret:
        raise Usage("nothing came on stdin", remedy='printf %s "$TOKEN" | leadhall token import …, or --sha256 HEX')
    return secret


@app.command
async def rotate(
    uid: str,
    /,
    *,
    grace: Annotated[str, Parameter(help="How long the old one works on: 7d, 12h, 0s.")] = "7d",
    as_json: Json = False,
) -> None:
    """A new secret for the same caller; the old one works for the grace period, so that nobody falls between."""
    span = read_span(grace)
    async with session() as at:
        issued = await rotate_token(at.connection, uid, grace=span)
    _show_issued(issued, as_json=as_json)


@app.command
async def revoke(uid: str, /) -> None:
    """Within a second the token opens no door. Leads that still come with it are held for 90 days."""
    async with session() as at:
        await revoke_token(at.connection, uid)
    say(f"revoked {uid}")


@app.command(name="list")
async def list_(
    *,
    directory: DirectoryOption = None,
    business: Annotated[str | None, Parameter(help="Only of this business (any of its names).")] = None,
    as_json: Json = False,
) -> None:
    """Tokens, masked; revoked ones too."""
    async with session() as at:
        home = (await pick_directory(at.connection, directory)).id if directory else None
        only = (await pick_business(at.connection, business, directory)).id if business else None
        found: list[Token] = []
        while True:
            after = found[-1].uid if found else ""
            page = await list_tokens(at.connection, directory_id=home, business_id=only, after=after)
            found += page
            if len(page) < PAGE_MOST:
                break
    show_rows([row_of(each) for each in found], as_json=as_json, columns=LISTED, nothing="no tokens yet")


@app.command
async def show(uid: str, /, *, as_json: Json = False) -> None:
    """One token, masked."""
    async with session() as at:
        token = await get_token(at.connection, uid)
    show_facts(row_of(token), as_json=as_json)


def _show_issued(issued: IssuedToken, *, as_json: bool) -> None:
    """The secret alone on stdout, so that it can be piped; the rest is said."""
    if as_json:
        show_json(row_of(issued))
        return
    say(f"token {issued.uid} ({issued.hint})" + (", shown this once:" if issued.secret else " is accepted from now on"))
    if issued.secret:
        print(issued.secret)
