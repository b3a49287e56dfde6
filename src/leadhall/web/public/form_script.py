"""The script that a site puts beside its form: sends without leaving the page, once, and says how it went."""

from __future__ import annotations

from importlib import resources

from leadhall.core.operation import ANYBODY, Operation, Reply
from leadhall.web.answers import Header
from leadhall.web.call import Answer, Call

SCRIPT = (resources.files(__package__) / "form.js").read_bytes()
SCRIPT_MOST_BYTES = 5 * 1024
FROM_ANYWHERE: Header = (b"cross-origin-resource-policy", b"cross-origin")
CACHED_FOR_AN_HOUR = b"public, max-age=3600"
JAVASCRIPT = "text/javascript"


async def show_script(_call: Call) -> Answer:
    return Answer(
        content=SCRIPT,
        content_type=f"{JAVASCRIPT}; charset=utf-8".encode(),
        headers=(FROM_ANYWHERE,),
        cache=CACHED_FOR_AN_HOUR,
    )


OPERATIONS = (
    Operation(
        name="form_script",
        title="The script of a form",
        summary="Sends a form of another page without leaving it. The form works without it, too.",
        method="GET",
        path="/f/form.js",
        door="public",
        policy=ANYBODY,
        handler=show_script,
        replies=(Reply(200, None, None, "The script.", media_type=JAVASCRIPT),),
        prefixed=False,
        tag="Public form",
    ),
)
