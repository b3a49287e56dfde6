"""What every handler may use, made once by app.py and handed in."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncpg

from leadhall.core.db import Database
from leadhall.core.secrets import InstanceKey
from leadhall.forms.keys import FormBook
from leadhall.intake.batcher import Batcher
from leadhall.intake.business import BusinessBook
from leadhall.intake.dry_run import DryRuns
from leadhall.requestlog.behind import Behind
from leadhall.settings import Settings
from leadhall.tenancy.doorkeeper import Doorkeeper
from leadhall.tenancy.passwords import Attempts
from leadhall.web.again import Retell, RunAgain
from leadhall.web.limits import InFlight, Limiter
from leadhall.web.live import Live
from leadhall.web.metrics import Metrics
from leadhall.web.readiness import Readiness
from leadhall.web.table import Table


@dataclass(frozen=True, kw_only=True)
class Services:
    """`app_pool` reads and edits within a scope, `worker_pool` works across businesses on its own tables."""

    settings: Settings
    database: Database
    app_pool: asyncpg.Pool
    worker_pool: asyncpg.Pool
    doorkeeper: Doorkeeper
    businesses: BusinessBook
    forms: FormBook
    batcher: Batcher
    dry_runs: DryRuns
    key: InstanceKey
    limiter: Limiter
    in_flight: InFlight
    behind: Behind
    metrics: Metrics
    readiness: Readiness
    table: Table
    run_again: RunAgain
    retell: Retell
    live: Live
    passwords: Attempts = field(default_factory=Attempts)
    entry_links: Attempts = field(default_factory=Attempts)
    second_factors: Attempts = field(default_factory=Attempts)
