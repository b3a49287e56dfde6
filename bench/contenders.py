"""Who runs: the reference servers and Leadhall, each in a process of its own with a database of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.database import Postgres
from bench.ours import Leadhall, leadhall, route
from bench.processes import GRANIAN, Server, beside
from bench.window import ROOT, Target


@dataclass(frozen=True, slots=True)
class Contenders:
    leadhall: Leadhall
    asyncpg_tx: Target
    fastapi: Target
    echo: Target
    route: Target
    pgbench: str  # their databases
    copy: str


@contextmanager
def contenders(postgres: Postgres, folder: Path) -> Iterator[Contenders]:
    """Everything started and answering; stopped at the end."""
    with ExitStack() as stack:

        def reference(name: str, *command: str) -> Target:
            postgres.make(name)
            environment = {"DATABASE_URL": postgres.admin(name).uri()}
            return Target(server=stack.enter_context(server(name, command, environment, folder)), database=name)

        for database in ("pgbench", "copy"):
            postgres.make(database)
        yield Contenders(
            leadhall=stack.enter_context(leadhall(postgres, folder)),
            asyncpg_tx=reference("asyncpg_tx", *granian("bench.references.asyncpg_tx:app")),
            fastapi=reference(
                "fastapi",
                *(beside("uvicorn"), "--port", "{port}", "--no-access-log", "bench.references.fastapi_orm:app"),
            ),
            echo=Target(server=stack.enter_context(server("echo", granian("bench.references.echo:app"), {}, folder))),
            route=stack.enter_context(route(postgres, folder)),
            pgbench="pgbench",
            copy="copy",
        )


def granian(app: str) -> tuple[str, ...]:
    return (beside("granian"), *GRANIAN, "--port", "{port}", app)


@contextmanager
def server(name: str, command: tuple[str, ...], environment: Mapping[str, str], folder: Path) -> Iterator[Server]:
    """A server that accepts connections."""
    started = Server(name, list(command), {"PYTHONPATH": str(ROOT), **environment}, folder / f"{name}.log")
    try:
        started.await_port()
        yield started
    finally:
        started.stop()
