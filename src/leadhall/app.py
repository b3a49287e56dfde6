"""The composition root: settings to pools, batcher, doors, and the one ASGI app of them all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import structlog

from leadhall.clients import person as one_person
from leadhall.clients import turns
from leadhall.clients.pairs import PairsByNumber
from leadhall.core.db import Database, Role
from leadhall.core.ending import at_work
from leadhall.core.errors import Unavailable
from leadhall.core.ids import mint
from leadhall.core.secrets import InstanceKey
from leadhall.dispatch import running as dispatch
from leadhall.forms import keys as form_keys
from leadhall.forms.keys import FormBook
from leadhall.inbound import nobodys
from leadhall.inbound.forgetting import OldHeld
from leadhall.inbound.mail.running import taking_mail
from leadhall.intake import write
from leadhall.intake.batcher import Batcher
from leadhall.intake.business import BusinessBook
from leadhall.intake.dry_run import DryRuns
from leadhall.requestlog.behind import Behind
from leadhall.requestlog.housekeeper import Housekeeper
from leadhall.search import find
from leadhall.settings import Settings
from leadhall.tenancy import doorkeeper, second_factor, users
from leadhall.tenancy.doorkeeper import Doorkeeper
from leadhall.transfer.forgetting import OldImports
from leadhall.web import assets, console, portal, public
from leadhall.web.answers import Send
from leadhall.web.api import circle, health, openapi, talk
from leadhall.web.api.clients import clients
from leadhall.web.api.dispatch import deliveries
from leadhall.web.api.intake import again_door, leadgen, leads, retold
from leadhall.web.api.refusals import send_refusal
from leadhall.web.api.webhooks import endpoints, webhooks
from leadhall.web.body import Receive
from leadhall.web.lifespan import lifespan, open_pool
from leadhall.web.limits import InFlight, Limiter
from leadhall.web.live import Live
from leadhall.web.metrics import Metrics
from leadhall.web.readiness import Readiness, UnsafeDurability
from leadhall.web.router import Router
from leadhall.web.services import Services
from leadhall.web.table import Table

log = structlog.get_logger(__name__)

TABLE = Table.join(
    leadgen.OPERATIONS,
    leads.OPERATIONS,
    clients.OPERATIONS,
    talk.OPERATIONS,
    deliveries.OPERATIONS,
    circle.OPERATIONS,
    webhooks.OPERATIONS,
    endpoints.OPERATIONS,
    health.OPERATIONS,
    openapi.OPERATIONS,
    *public.DOOR,
    assets.OPERATIONS,
    *portal.DOOR,
    *console.DOOR,
)
FUNCTIONS = [
    *doorkeeper.FUNCTIONS,
    *users.FUNCTIONS,
    *second_factor.FUNCTIONS,
    *turns.FUNCTIONS,
    *one_person.FUNCTIONS,
    *form_keys.FUNCTIONS,
    *nobodys.FUNCTIONS,
    *find.FUNCTIONS,
    *write.FUNCTIONS,
]
"""What `schema.migrate.migrate` lays anew: the functions that rooms keep in their own files."""

APP_CONNECTIONS, INTAKE_CONNECTIONS, WORKER_CONNECTIONS = 8, 2, 2


class Application:
    """The server's ASGI app. Takes requests while `running()`; starts although the database is away."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        key: InstanceKey,
        *,
        table: Table = TABLE,
        metrics: Metrics | None = None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._settings = settings
        self._database = database
        self._key = key
        self._table = table
        self._router: Router | None = None

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if self._router is None:
                await send_refusal(send, Unavailable("The server is starting or stopping"), request_id=mint())
            else:
                await self._router(scope, receive, send)
        elif scope["type"] == "lifespan":
            await lifespan(self.running, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Services]:
        """From first connection to last. UnsafeDurability when acknowledged leads could be lost."""
        async with AsyncExitStack() as stack:
            services = await self._compose(stack)
            await self._look_before(services.readiness)
            self._router = Router(services)
            try:
                yield services
            finally:
                self._router = None

    async def _compose(self, stack: AsyncExitStack) -> Services:
        settings, metrics = self._settings, self._metrics
        app = await open_pool(stack, self._database_of("app"), "app", APP_CONNECTIONS)
        intake = await open_pool(stack, self._database_of("intake"), "intake", INTAKE_CONNECTIONS)
        worker = await open_pool(stack, self._database_of("worker"), "worker", WORKER_CONNECTIONS)
        keeper = Doorkeeper(app, self._key)
        batcher = Batcher(self._database_of("intake"), watcher=metrics)
        behind = Behind(worker)
        readiness = Readiness(self._database_of("intake"), allow_unsafe=settings.allow_unsafe_durability)
        old_imports = OldImports(worker, keep_days=settings.import_days)
        old_held = OldHeld(worker, keep_days=settings.delivery_days)
        chores = [keeper.touch_used, PairsByNumber(worker).pair_by_number, old_imports.forget, old_held.forget_held]
        housekeeper = Housekeeper(worker, keep_days=settings.request_log_days, chores=chores)
        in_flight = InFlight(settings.trusted_proxies)
        metrics.watch("log_rows_dropped", "Request log rows lost.", lambda: behind.dropped, counter=True)
        metrics.watch("requests_in_flight", "Requests being answered.", lambda: in_flight.now)
        metrics.watch("ready", "1 while leads can be stored.", lambda: readiness.state == "ready")
        stack.callback(readiness.close)
        batcher.start()
        stack.push_async_callback(batcher.close)
        live = Live(self._database_of("worker"), app)
        metrics.watch("live_streams", "Browsers that are told of changes.", lambda: live.streams)
        works = {
            "readiness": readiness.watch,
            "behind": behind.run,
            "housekeeper": housekeeper.run,
            "figures": metrics.share,
            "live": live.run,
        }
        for name, work in works.items():
            await stack.enter_async_context(at_work(work(), name))
        if settings.dispatch:
            worked = dispatch.dispatching(self._database_of("worker"), self._key, settings)
            dispatch.show(await stack.enter_async_context(worked), metrics.watch)
            await stack.enter_async_context(taking_mail(self._database_of("worker"), self._key, settings))
        return Services(
            settings=settings, database=self._database, app_pool=app, worker_pool=worker, doorkeeper=keeper,
            businesses=BusinessBook(intake), forms=FormBook(app), batcher=batcher, dry_runs=DryRuns(intake),
            key=self._key, limiter=Limiter(settings.rate_per_s),
            in_flight=in_flight, behind=behind, metrics=metrics, readiness=readiness, table=self._table,
            run_again=again_door.run_again, retell=retold.retell, live=live,
        )  # fmt: skip

    def _database_of(self, role: Role) -> Database:
        """The one login, unless the settings name one of its own for the role."""
        url = {"intake": self._settings.intake_url, "worker": self._settings.worker_url}.get(role)
        return Database.from_url(url, roles=self._database.roles) if url else self._database

    async def _look_before(self, readiness: Readiness) -> None:
        """Refuse to start on a database that loses leads; one that is away is waited for while serving."""
        if await readiness.look() == "unsafe":
            raise UnsafeDurability(readiness.faults)
        if readiness.faults:
            log.warning("acknowledged leads may be lost", off=", ".join(readiness.faults))
