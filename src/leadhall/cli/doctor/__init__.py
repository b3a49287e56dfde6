"""`leadhall doctor`: everything that is wrong or unsafe here, each with what mends it."""

from __future__ import annotations

from asyncpg.exceptions import InterfaceError, PostgresError
from rich.console import Console
from rich.text import Text

from leadhall.cli.doctor.database import Known, look_at_database
from leadhall.cli.doctor.exposure import look_at_exposure
from leadhall.cli.doctor.finding import Finding
from leadhall.cli.doctor.machine import look_at_machine
from leadhall.cli.doctor.ways import look_at_ways
from leadhall.cli.faults import CliFault
from leadhall.cli.output import Json, show_json
from leadhall.cli.sentences import sentence
from leadhall.cli.session import chosen_place, reached
from leadhall.cluster.errors import ClusterFault
from leadhall.cluster.place import Place
from leadhall.settings import Settings, read_settings

MARKS = {"fine": ("ok", "green"), "watch": ("watch", "yellow"), "wrong": ("WRONG", "red")}


async def doctor(*, as_json: Json = False) -> int:
    """Look at this installation: exit code 1 when something is wrong, with the remedy of each finding."""
    settings = read_settings()
    findings = await examine(settings, chosen_place(settings))
    if as_json:
        show_json([vars(finding) for finding in findings])
    else:
        _print(findings)
    return int(any(finding.state == "wrong" for finding in findings))


async def examine(settings: Settings, place: Place) -> list[Finding]:
    """All findings, machine first."""
    found = list(look_at_machine(place))
    about_database, known = await _database(settings, place)
    public_url = settings.public_url or known.public_url
    return [*found, *about_database, *look_at_exposure(settings, public_url), *await look_at_ways(settings)]


async def _database(settings: Settings, place: Place) -> tuple[list[Finding], Known]:
    """A database that cannot be had is a finding too."""
    try:
        with reached(settings, place) as found:
            return await look_at_database(found.database)
    except (CliFault, ClusterFault, OSError, TimeoutError, PostgresError, InterfaceError) as fault:
        told, _, remedy = (sentence(fault) or str(fault)).partition("\n")
        remedy = remedy.strip() or "check that PostgreSQL runs and that DATABASE_URL is right"
        return [Finding("database", "wrong", told, remedy)], Known()


def _print(findings: list[Finding]) -> None:
    console = Console(soft_wrap=True, highlight=False)
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark, colour = MARKS[finding.state]
        console.print(Text(f"{mark:<6}", colour), Text(f"{finding.name:<{width}}  {finding.found}"))
        if finding.remedy:
            console.print(Text(f"{'':<{width + 8}} -> {finding.remedy}"))
