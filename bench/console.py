"""The console at size: every page of who works in the largest business, and the agency's list in every order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bench.database import Postgres
from bench.offices import Person
from bench.ours import World
from bench.seed import RARE, RARE_STATUS, RARE_TAG
from bench.visits import Visitor
from leadhall.core.ids import LOW_BITS, spell

FOLDERS = ("needs_answer", "mine", "all", "archived", "spam")
ORDERS = ("oldest", "unanswered", "newest", "trouble", "webhooks", "name")
SOME = """
    select c.uid, c.client_uid, k.first_name, k.email, k.phone
      from conversation c join client k on k.business_id = c.business_id and k.uid = c.client_uid
     where c.business_id = $1 and c.uid < $2 and k.phone is not null order by c.uid desc limit 1"""
LONG_AGO, LATELY = timedelta(days=330), timedelta(days=30)


def console(postgres: Postgres, database: str, port: int, world: World, person: Person) -> dict[str, dict[str, Any]]:
    """Pages of the inbox, and of the agency."""
    someone = dict(postgres.rows(database, SOME, world.business_ids[0], _uid_before(LATELY))[0])
    with Visitor(port) as visitor:
        visitor.log_in("/sign-in", email=person.email, password=person.password)
        return {
            "inbox": visitor.visit({**_folders(), **_filters(), **_others(someone)}),
            "figures": visitor.visit({f"{days}_days": f"/figures?days={days}" for days in (7, 30, 90)}),
            "agency": visitor.visit(_agency()),
        }


def _uid_before(span: timedelta) -> str:
    return spell(int((datetime.now(UTC) - span).timestamp() * 1000) << LOW_BITS)


def _inbox(**asked: Any) -> str:
    return f"/inbox?{urlencode(asked)}"


def _folders() -> dict[str, str]:
    """Each from its top, and far down: what waits is listed the other way round."""
    lately = datetime.now(UTC) - LATELY
    deep = dict.fromkeys(FOLDERS, _uid_before(LONG_AGO)) | {
        "needs_answer": f"{int(lately.timestamp() * 1_000_000)}.{_uid_before(LATELY)}"
    }
    first = {f"{folder}_first": _inbox(folder=folder) for folder in FOLDERS}
    return first | {f"{folder}_deep": _inbox(folder=folder, after=deep[folder]) for folder in FOLDERS}


def _filters() -> dict[str, str]:
    """In the folder with everything: what is common, rare, and not there; a period alone and with others."""
    day = (datetime.now(UTC) - LONG_AGO).date()
    period = {"since": day.isoformat(), "until": (day + timedelta(days=30)).isoformat()}
    asked: dict[str, dict[str, Any]] = {
        "source": {"source": "Website"},
        "source_rare": {"source": RARE},
        "source_not_there": {"source": "Nowhere"},
        "tag": {"tag": "kitchen"},
        "tag_rare": {"tag": RARE_TAG},
        "status": {"status": "customer"},
        "status_rare": {"status": RARE_STATUS},
        "period": period,
        "period_and_rare_source": {**period, "source": RARE},
        "all_together": {**period, "source": "Website", "tag": "kitchen", "status": "customer"},
    }
    waiting = {"needs_answer_source_rare": _inbox(folder="needs_answer", source=RARE)}
    return {name: _inbox(folder="all", **each) for name, each in asked.items()} | waiting


def _others(someone: dict[str, str]) -> dict[str, str]:
    """What is looked for in the search box, one conversation, the book of clients, one card."""
    sought = {"name": someone["first_name"], "email": someone["email"], "number": someone["phone"], "word": "cabinets"}
    return {
        **{f"search_{name}": _inbox(q=term) for name, term in sought.items()},
        "attention": "/inbox/attention",
        "conversation": f"/inbox/{someone['uid']}",
        "clients_first": "/clients",
        "clients_deep": f"/clients?after={_uid_before(LONG_AGO)}",
        "clients_search": f"/clients?{urlencode({'q': someone['first_name']})}",
        "client_card": f"/clients/{someone['client_uid']}",
        "sources": "/settings/sources",
    }


def _agency() -> dict[str, str]:
    first = {order: f"/agency?order={order}" for order in ORDERS}
    deep = {f"{order}_deep": f"/agency?order={order}&page=150" for order in ORDERS}
    return first | deep | {"name_search": "/agency?q=99"}
