"""The small known world: a directory with two businesses, an owner, a colleague, an app, and one outsider.

Every permission test is one line in it: `world.outsider` may see nothing of the rest, and nobody
sees anything of theirs. Tokens are plain secrets here, as their holders have them.
"""

from __future__ import annotations

from dataclasses import dataclass

from leadhall.core.ids import mint
from leadhall.core.secrets import hash_of, new_secret
from leadhall.tenancy.tokens import FOR_WEBSITE, PREFIXES, SCOPES_OF


@dataclass(frozen=True)
class KnownBusiness:
    """A business with its names; `owner` is the uid of its owner's staff row, `token` that owner's."""

    id: int
    uid: str
    directory_id: int
    nickname: str
    external_reference_id: str
    owner: str
    token: str


@dataclass(frozen=True)
class KnownDirectory:
    id: int
    uid: str
    token: str
    website_token: str


@dataclass(frozen=True)
class KnownApp:
    """Installed in the first business only; `token` was issued for that business, `free_token` for none."""

    id: int
    uid: str
    client_id: str
    client_secret: str
    token: str
    free_token: str


@dataclass(frozen=True)
class Outsider:
    directory: KnownDirectory
    business: KnownBusiness


@dataclass(frozen=True)
class World:
    directory: KnownDirectory
    first: KnownBusiness
    second: KnownBusiness
    colleague: str
    """The staff uid of a colleague in the first business (role user)."""
    colleague_token: str
    client_uid: str
    client_token: str
    """A token of a client of the first business; the client has no row yet."""
    test_token: str
    """The first owner's, in mode test."""
    expired_token: str
    """The first owner's, expired yesterday."""
    revoked_token: str
    """The first owner's, revoked yesterday."""
    forgotten_token: str
    """The first owner's, revoked 91 days ago."""
    app: KnownApp
    form_key: str
    """Of the first business, for pages of https://example.com."""
    session: str
    """A sign-in of the first owner."""
    outsider_session: str
    """A sign-in of the outsider's owner."""
    outsider: Outsider

    @property
    def businesses(self) -> tuple[KnownBusiness, KnownBusiness, KnownBusiness]:
        return self.first, self.second, self.outsider.business


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def make_world(connection) -> World:
    """Build it in an empty database, over a connection of role owner."""
    async with connection.transaction():
        builder = _Builder(connection)
        return await builder.world()


class _Builder:
    """Collects tokens and names, and writes each table once."""

    def __init__(self, connection):
        self._connection = connection
        self._tokens = []

    async def world(self) -> World:
        agency, rivals = await self._directories()
        first, second, foreign = await self._businesses(agency[0], rivals[0])
        colleague = mint()
        await self._staff(first, second, foreign, colleague)
        app = await self._app(agency[0], first.id)
        form_key, client_uid = await self._form_key(first.id), mint()
        mine = {"business_id": first.id, "staff_uid": first.owner, "directory_id": agency[0]}
        world = World(
            directory=self._directory(agency),
            first=first,
            second=second,
            colleague=colleague,
            colleague_token=self._token("staff", **mine | {"staff_uid": colleague}),
            client_uid=client_uid,
            client_token=self._token("client", directory_id=agency[0], business_id=first.id, client_uid=client_uid),
            test_token=self._token("staff", **mine, mode="test"),
            expired_token=self._token("staff", **mine, expired_days=1),
            revoked_token=self._token("staff", **mine, revoked_days=1),
            forgotten_token=self._token("staff", **mine, revoked_days=91),
            app=app,
            form_key=form_key,
            session=await self._session(first),
            outsider_session=await self._session(foreign),
            outsider=Outsider(self._directory(rivals), foreign),
        )
        await self._write_tokens()
        return world

    async def _directories(self):
        rows = await self._connection.fetch(
            "insert into directory (uid, name) values ($1, 'Agency'), ($2, 'Rivals') returning id, uid", mint(), mint()
        )
        return [tuple(row) for row in rows]

    def _directory(self, row) -> KnownDirectory:
        id_, uid = row
        return KnownDirectory(
            id_,
            uid,
            self._token("directory", directory_id=id_),
            self._token("directory", directory_id=id_, scopes=FOR_WEBSITE),
        )

    async def _businesses(self, agency: int, rivals: int) -> list[KnownBusiness]:
        told = [(mint(), agency, "Acme Plumbing"), (mint(), agency, "Bright Dental"), (mint(), rivals, "Corner Law")]
        owners = [mint() for _ in told]
        rows = await self._connection.fetch(
            """insert into business (uid, directory_id, name, owner_staff_uid)
               select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[])
               returning id, uid, directory_id""",
            *map(list, zip(*[(*business, owner) for business, owner in zip(told, owners, strict=True)], strict=True)),
        )
        words = [("acme.plumbing", "CRM-1"), ("bright.dental", "CRM-2"), ("corner.law", "CRM-1")]
        businesses = [
            KnownBusiness(
                **row,
                nickname=nickname,
                external_reference_id=reference,
                owner=owner,
                token=self._token("staff", directory_id=row["directory_id"], business_id=row["id"], staff_uid=owner),
            )
            for row, owner, (nickname, reference) in zip(rows, owners, words, strict=True)
        ]
        await self._names(businesses)
        return businesses

    async def _names(self, businesses) -> None:
        kinds = ("uid", "nickname", "external_reference_id")
        await self._connection.executemany(
            """insert into business_name (directory_id, business_id, kinds, spelled, name)
               values ($1, $2, array[$3], $4, $5)""",
            [
                (b.directory_id, b.id, kind, name, name.lower())
                for b in businesses
                for kind in kinds
                for name in [getattr(b, kind)]
            ],
        )

    async def _staff(self, first, second, foreign, colleague) -> None:
        told = [
            ("ann@acme.example", "Ann Owner", first.id, first.owner, "owner"),
            ("cal@acme.example", "Cal Colleague", first.id, colleague, "user"),
            ("ben@bright.example", "Ben Owner", second.id, second.owner, "owner"),
            ("dee@corner.example", "Dee Owner", foreign.id, foreign.owner, "owner"),
        ]
        await self._connection.execute(
            """with person as (
                   insert into app_user (uid, email, email_key, email_verified_at)
                   select uid, email, email, now() from unnest($1::text[], $2::text[]) as p (uid, email)
                   returning id, email)
               insert into staff (user_id, display_name, business_id, uid, role)
               select person.id, s.display_name, s.business_id, s.uid, s.role
                 from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[])
                      as s (email, display_name, business_id, uid, role)
                 join person using (email)""",
            [mint() for _ in told],
            *map(list, zip(*told, strict=True)),
        )

    async def _session(self, business) -> str:
        secret = new_secret("lh_session")
        await self._connection.execute(
            "insert into session (hash, uid, user_id) select $1, $2, user_id from staff where uid = $3",
            hash_of(secret),
            mint(),
            business.owner,
        )
        return secret

    async def _app(self, directory_id: int, business_id: int) -> KnownApp:
        uid, client_id, client_secret = mint(), "c1" * 32, "5ec2e7" * 10 + "beef"
        id_ = await self._connection.fetchval(
            """with made as (
                   insert into app (uid, directory_id, name, code_name, client_id, client_secret_hash)
                   values ($1, $2, 'Zap', 'zapier', $3, $4) returning id)
               insert into app_installation (business_id, app_id) select $5, id from made returning app_id""",
            uid,
            directory_id,
            client_id,
            hash_of(client_secret),
            business_id,
        )
        token = self._token("app", directory_id=directory_id, app_id=id_, business_id=business_id)
        free_token = self._token("app", directory_id=directory_id, app_id=id_)
        return KnownApp(id_, uid, client_id, client_secret, token, free_token)

    async def _form_key(self, business_id: int) -> str:
        form_key = new_secret("fk")
        await self._connection.execute(
            "insert into form_key (hash, uid, business_id, key, origins) values ($1, $2, $3, $4, '{https://example.com}')",
            hash_of(form_key),
            mint(),
            business_id,
            form_key,
        )
        return form_key

    def _token(
        self,
        kind,
        *,
        directory_id,
        business_id=None,
        staff_uid=None,
        app_id=None,
        client_uid=None,
        scopes=None,
        mode="live",
        expired_days=None,
        revoked_days=None,
    ) -> str:
        secret, uid = new_secret(PREFIXES[kind]), mint()
        scopes = list(scopes or SCOPES_OF[kind])
        self._tokens.append(
            (
                hash_of(secret),
                uid,
                kind,
                directory_id,
                business_id,
                staff_uid,
                app_id,
                client_uid,
                scopes,
                mode,
                expired_days,
                revoked_days,
            )
        )
        return secret

    async def _write_tokens(self) -> None:
        await self._connection.executemany(
            """insert into token (hash, uid, principal, kind, directory_id, business_id, staff_uid, app_id, client_uid,
                                  scopes, mode, expires_at, revoked_at, created_at)
               values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() - $11::int * interval '1 day',
                       now() - $12::int * interval '1 day', now() - interval '100 days')""",
            self._tokens,
        )
