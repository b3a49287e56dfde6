"""Who asks: everybody of the small known world who holds something, and those who hold nothing that lives."""

from __future__ import annotations

from dataclasses import dataclass

from tests.world import KnownBusiness, World

from leadhall.core.ids import mint
from leadhall.core.operation import SCOPES, Operation, Policy, TokenKind
from leadhall.core.secrets import new_secret
from leadhall.tenancy.sessions import csrf_token
from leadhall.tenancy.tokens import FOR_WEBSITE, SCOPES_OF


@dataclass(frozen=True)
class Principal:
    """`reaches` are ids of businesses; `own` the one they ask about, named aloud when the token implies none."""

    name: str
    secret: str | None
    kind: TokenKind | None
    own: KnownBusiness
    reaches: frozenset[int] = frozenset()
    scopes: frozenset[str] = frozenset()
    bound: bool = True
    lives: bool = True

    def may(self, policy: Policy) -> bool:
        """Whether an operation of this policy takes their token at all."""
        return self.lives and self.kind in policy.kinds and policy.scopes <= self.scopes

    @property
    def csrf(self) -> str:
        """What a form of theirs carries; of nobody's session, a mark of none."""
        return csrf_token(self.secret or "", self.own.uid)

    def headers(self) -> dict[str, str]:
        if self.kind == "session":
            return {"cookie": f"leadhall={self.secret}"}
        given = {} if self.secret is None else {"authorization": f"Bearer {self.secret}"}
        return given if self.bound or not self.lives else given | {"x-on-behalf-of": self.own.uid}


HELD: frozenset[TokenKind] = frozenset({"staff", "app", "directory", "client", "session"})
"""Kinds of which somebody here holds one. `form_key` stands in bodies and paths, as its public routes take it."""


def kinds_nobody_holds(operation: Operation) -> list[str]:
    """Kinds that a policy names and the matrix does not have: a new kind must be added here."""
    return sorted(operation.policy.kinds - HELD - {"form_key"})


def principals(world: World) -> list[Principal]:
    """Those who reach something first."""
    first, second, foreign = world.businesses
    agency = frozenset({first.id, second.id})
    staff, app = frozenset(SCOPES), frozenset(SCOPES_OF["app"])
    mine, theirs = frozenset({first.id}), frozenset({foreign.id})
    return [
        Principal("owner", first.token, "staff", first, mine, staff),
        Principal("directory", world.directory.token, "directory", first, agency, staff, bound=False),
        Principal("app", world.app.token, "app", first, mine, app),
        Principal("free app", world.app.free_token, "app", first, mine, app, bound=False),
        Principal("client", world.client_token, "client", first, mine, frozenset(SCOPES_OF["client"])),
        Principal("outsider", foreign.token, "staff", foreign, theirs, staff),
        Principal("colleague", world.colleague_token, "staff", first, mine, staff),
        Principal("test owner", world.test_token, "staff", first, mine, staff),
        Principal(
            "website", world.directory.website_token, "directory", first, agency, frozenset(FOR_WEBSITE), bound=False
        ),
        Principal(
            "outside directory", world.outsider.directory.token, "directory", foreign, theirs, staff, bound=False
        ),
        Principal("signed in", world.session, "session", first, mine, staff),
        Principal("outsider signed in", world.outsider_session, "session", foreign, theirs, staff),
        *_without_life(world),
    ]


SOME = frozenset(
    {
        "signed in",
        "outsider signed in",
        "owner",
        "directory",
        "free app",
        "website",
        "outsider",
        "nobody",
        "garbage",
        "revoked",
    }
)
"""Enough for a quick run: whoever is not among them holds what one of these holds."""
EVERYBODY = SOME | {
    *("app", "client", "colleague", "test owner", "outside directory"),
    *("made up", "form key", "app's id", "a uid", "expired", "forgotten"),
}


def _without_life(world: World) -> list[Principal]:
    secrets = {
        "nobody": None,
        "garbage": "x" * 40,
        "made up": new_secret("lh_staff"),
        "form key": world.form_key,
        "app's id": world.app.client_secret,
        "a uid": mint(),
        "expired": world.expired_token,
        "revoked": world.revoked_token,
        "forgotten": world.forgotten_token,
    }
    return [Principal(name, secret, None, world.first, lives=False) for name, secret in secrets.items()]
