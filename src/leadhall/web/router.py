"""From the table to routes: known paths by one look-up, paths with parameters by Starlette's patterns.

A raw operation is an ASGI app that gets every method of its path, so that it can log those
it refuses. Everything else gets HEAD with GET, and a 405 that lists what would do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.routing import Match, Route

from leadhall.core.errors import NotFound, Refusal, Unavailable
from leadhall.core.ids import mint
from leadhall.core.operation import Operation
from leadhall.requestlog.allowance import Allowance
from leadhall.web.answers import Send
from leadhall.web.api.refusals import MethodNotAllowed, send_refusal
from leadhall.web.body import Receive
from leadhall.web.endpoint import PROBES, Endpoint
from leadhall.web.head import Scope
from leadhall.web.readiness import MEANINGS
from leadhall.web.services import Services
from leadhall.web.table import paths_of

App = Callable[[Any, Receive, Send], Awaitable[None]]
NOTHING = "There is nothing at this path"


class Router:
    """The ASGI app of all operations. It finds who answers and steps aside: a coroutine less for every lead."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._allowance = Allowance()
        self._known: dict[str, Node] = {}
        self._patterns: list[Route] = []
        for path, operations in _by_path(services).items():
            self._place(path, self._node(operations))
        services.metrics.watch(
            "rows_refused",
            "Rows of the request log left out beyond ten a minute.",
            lambda: self._allowance.refused,
            counter=True,
        )

    def _node(self, operations: list[Operation]) -> Node:
        apps: dict[str, App] = {operation.method: self._app(operation) for operation in operations}
        raw = next((apps[operation.method] for operation in operations if operation.raw), None)
        absent = frozenset(method for operation in operations for method in operation.absent)
        return Node(self, apps, raw, absent=absent, is_probe=operations[0].tag == PROBES)

    def _place(self, path: str, node: Node) -> None:
        if "{" in path:
            self._patterns.append(Route(path, node))
        else:
            self._known[path] = node

    def _app(self, operation: Operation) -> App:
        if operation.raw:
            app: App = operation.handler(self._services)
            return app
        return Endpoint(operation, self._services, self._allowance)

    def __call__(self, scope: Any, receive: Receive, send: Send) -> Awaitable[None]:
        node = self._known.get(scope["path"]) or self._matching(scope)
        if node is None:
            return self.refuse(scope, send, NotFound(NOTHING))
        if self._services.readiness.state == "unsafe" and not node.is_probe:
            return self.refuse(scope, send, Unavailable(MEANINGS["unsafe"]))
        return node(scope, receive, send)

    def _matching(self, scope: Any) -> Node | None:
        for route in self._patterns:
            match, child_scope = route.matches(scope)
            if match is Match.FULL:
                scope.update(child_scope)
                node: Node = route.endpoint  # type: ignore[assignment] # Starlette takes any ASGI app here
                return node
        return None

    async def refuse(self, scope: Scope, send: Send, refusal: Refusal) -> None:
        """Answer what no operation answers. Not logged: that would be a log of what scanners try."""
        head_only = scope["method"] == "HEAD"
        status = await send_refusal(send, refusal, request_id=mint(), head_only=head_only)
        self._services.metrics.request("none", status, 0.0)


class Node:
    """One path: what answers under each method, and `raw`, which answers under all others but the `absent`."""

    def __init__(
        self, router: Router, apps: Mapping[str, App], raw: App | None, *, absent: frozenset[str], is_probe: bool
    ) -> None:
        self.is_probe = is_probe
        self._router = router
        self._apps = {**apps, "HEAD": apps["GET"]} if "GET" in apps else dict(apps)
        self._raw = raw
        self._absent = absent

    def __call__(self, scope: Any, receive: Receive, send: Send) -> Awaitable[None]:
        app = self._apps.get(scope["method"], self._raw)
        if app is None and scope["method"] in self._absent:
            return self._router.refuse(scope, send, NotFound(NOTHING))
        if app is None:
            return self._router.refuse(scope, send, MethodNotAllowed(scope["method"], tuple(sorted(self._apps))))
        return app(scope, receive, send)


def _by_path(services: Services) -> dict[str, list[Operation]]:
    by_path: dict[str, list[Operation]] = {}
    for operation in services.table:
        for path in paths_of(operation):
            by_path.setdefault(path, []).append(operation)
    return by_path
