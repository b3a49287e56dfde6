"""What makes the console installable on a phone: its name, its icons, where it begins."""

from __future__ import annotations

from leadhall.core.operation import ANYBODY, Operation, Reply
from leadhall.web.answers import encode_json
from leadhall.web.assets import asset
from leadhall.web.call import Answer, Call

MEDIA_TYPE = "application/manifest+json"
ICONS = (("icon-192.png", "192x192"), ("icon-512.png", "512x512"))


async def show_manifest(call: Call) -> Answer:  # noqa: ARG001 - the same for everybody
    manifest = {
        "id": "/inbox",
        "name": "Leadhall",
        "short_name": "Leadhall",
        "start_url": "/inbox",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b5cad",
        "icons": [
            {"src": asset(name), "sizes": size, "type": "image/png", "purpose": "any maskable"} for name, size in ICONS
        ],
    }
    return Answer(content=encode_json(manifest), content_type=MEDIA_TYPE.encode(), cache=b"public, max-age=3600")


OPERATIONS = (
    Operation(
        name="console_manifest", title="Manifest of the console", summary="What makes it installable.", method="GET",
        path="/console.webmanifest", door="console", policy=ANYBODY, handler=show_manifest,
        replies=(Reply(200, None, None, "The manifest.", media_type=MEDIA_TYPE),), prefixed=False, tag="Console",
    ),
)  # fmt: skip
