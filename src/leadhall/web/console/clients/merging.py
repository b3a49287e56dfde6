"""Two clients who may be one person: side by side, merged, parted again."""

from __future__ import annotations

from leadhall.clients.changes import sheet_of
from leadhall.clients.desk import open_desk
from leadhall.clients.pairs import dismiss_pair
from leadhall.clients.statuses import label_of
from leadhall.core.db import Scope, scoped
from leadhall.person.merge import merge_clients, preview_merge, undo_merge
from leadhall.web.call import Answer, Call
from leadhall.web.console.clients.card import name_of
from leadhall.web.console.frame import console_page
from leadhall.web.console.reader import Reader, reader_of
from leadhall.web.console.rows import Work, done, shown, working_for
from leadhall.web.console.told import see


async def show_merge(call: Call) -> Answer:
    """Nothing is changed by looking."""
    here, reader = working_for(call, "edit"), await reader_of(call)
    async with scoped(call.services.app_pool, Scope.of([here.business_id])) as connection:
        preview = await preview_merge(connection, here.business_id, call.path["client"], call.path["other"])
        desk = await open_desk(connection, here.business_id, here.staff_uid)
    kept, merged = sheet_of(preview.kept), sheet_of(preview.merged)
    becomes = kept | {each.field: each.becomes for each in preview.changes if each.field in kept}
    labels = {field.id: None if field.column else field.label for field in desk.card.fields}
    rows = [
        (name, labels.get(name), *(_shown(name, each.get(name), reader) for each in (kept, merged, becomes)))
        for name in dict.fromkeys((*labels, "status"))
        if kept.get(name) or merged.get(name)
    ]
    return await console_page(
        call, "clients/merge.html", title=reader.words("Are these one person?"), here="clients", preview=preview,
        rows=rows, kept_name=name_of(preview.kept), merged_name=name_of(preview.merged),
    )  # fmt: skip


def _shown(name: str, value: str | None, reader: Reader) -> str | None:
    """A status by the business's word for it."""
    return reader.words(label_of(value, reader.status_labels)) if name == "status" and value else value


async def _merge(work: Work) -> Answer:
    desk = await open_desk(work.connection, work.business_id, work.here.staff_uid)
    await merge_clients(desk, work.call.path["client"], [work.call.path["other"]])
    return see(f"/clients/{work.call.path['client']}", "merged")


async def _keep_apart(work: Work) -> Answer:
    await dismiss_pair(
        work.connection, work.business_id, work.call.path["client"], work.call.path["other"],
        actor=work.here.staff_uid,
    )  # fmt: skip
    return see(f"/clients/{work.call.path['client']}", "two_people")


async def _undo(work: Work) -> Answer:
    desk = await open_desk(work.connection, work.business_id, work.here.staff_uid)
    kept, _ = await undo_merge(desk, work.call.path["merge"], work.call.services.key.mark)
    return see(f"/clients/{kept.uid}", "parted")


OPERATIONS = (
    shown(
        "preview_merge", "Preview a merge", "/clients/{client}/merge/{other}", show_merge,
        summary="Both cards side by side, and what the kept one takes over.",
    ),
    done(
        "merge_clients", "Merge two clients", "/clients/{client}/merge/{other}", _merge, right="edit",
        summary="The second becomes the first; it can be undone.",
    ),
    done(
        "keep_apart", "Keep two clients apart", "/clients/{client}/apart/{other}", _keep_apart, right="edit",
        summary="They are two people, and are not suggested again.",
    ),
    done(
        "undo_merge", "Undo a merge", "/clients/merges/{merge}/undo", _undo, right="edit",
        summary="Both are as they were, but for what came since.",
    ),
)  # fmt: skip
