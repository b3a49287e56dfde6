"""What a person may ask of a business: all that is kept of them, and that none of it is."""

from __future__ import annotations

from leadhall.core.db import Scope, scoped
from leadhall.core.errors import Invalid
from leadhall.person.erase import erase_person
from leadhall.person.export import export_person
from leadhall.web.answers import encode_json
from leadhall.web.call import Answer, Call
from leadhall.web.console.rows import Work, done, shown, working_for
from leadhall.web.console.told import see


async def show_export(call: Call) -> Answer:
    """A file with everything; the audit says who asked for it."""
    here, uid = working_for(call, "erase"), call.path["client"]
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        told = await export_person(connection, here.business_id, uid, call.services.key.mark, actor=here.staff_uid)
    return Answer(
        content=encode_json(told),
        headers=((b"content-disposition", b'attachment; filename="client.json"'),),
    )


async def _erase(work: Work) -> Answer:
    """For good: card, messages, bodies of requests, notices."""
    if not work.form.has("sure"):
        raise Invalid("Tick the box: what is erased does not come back", field="sure")
    await erase_person(
        work.connection, work.business_id, work.call.path["client"], work.call.services.key.mark,
        actor=work.here.staff_uid,
    )  # fmt: skip
    return see("/clients", "erased")


OPERATIONS = (
    shown(
        "export_client", "Export a client", "/clients/{client}/export.json", show_export,
        summary="Everything that is kept of one person, as JSON.",
    ),
    done(
        "erase_client", "Erase a client", "/clients/{client}/erasure", _erase, right="erase",
        summary="Card, messages, bodies of requests and notices of one person, for good.", fields={"sure": "yes"},
    ),
)  # fmt: skip
