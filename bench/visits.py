"""A visitor: one connection that stays open, a cookie, and the time that each page takes.

Milliseconds are of the whole answer, from the first byte asked to the last byte read, on loopback.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlencode

from bench.figures import rounded

TIMES, WARM = 40, 3
OK, SEE_OTHER = 200, 303
WITHIN_S = 60


class Visitor:
    """`headers` go with every request."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN_S)
        self._headers = dict(headers or {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def log_in(self, path: str, **form: str) -> None:
        """Send a form that answers with a cookie, and keep it. RuntimeError when it lets nobody in."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", path, body=urlencode(form), headers=headers)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != SEE_OTHER:
            raise RuntimeError(f"{path} lets nobody in: {answer.status}")
        self._headers["Cookie"] = (answer.headers["set-cookie"] or "").partition(";")[0]

    def get(self, path: str) -> tuple[float, bytes]:
        """Milliseconds and the body. RuntimeError for any other answer than 200."""
        began = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != OK:
            raise RuntimeError(f"{path} answers {answer.status}: {body[:300]!r}")
        return took, body

    def visit(self, paths: Mapping[str, str], *, times: int = TIMES) -> dict[str, dict[str, Any]]:
        """Each page so often, turn about; p50 and p95 in ms, and what the page weighs in KB."""
        took: dict[str, list[float]] = {name: [] for name in paths}
        weights: dict[str, int] = {}
        for turn in range(times + WARM):
            for name, path in paths.items():
                ms, body = self.get(path)
                weights[name] = len(body)
                if turn >= WARM:
                    took[name].append(ms)
        return {name: spread(each) | {"kb": rounded(weights[name] / 1000)} for name, each in took.items()}


def spread(took: list[float]) -> dict[str, float]:
    """p50, p95 and the longest."""
    ordered = sorted(took)
    return {
        "p50": rounded(ordered[len(ordered) // 2]),
        "p95": rounded(ordered[int(len(ordered) * 0.95) - 1]),
        "most": rounded(ordered[-1]),
    }


def worst(pages: Mapping[str, Mapping[str, float]]) -> float:
    """The p95 of the slowest page."""
    return max(each["p95"] for each in pages.values())


def heaviest(pages: Mapping[str, Mapping[str, float]]) -> float:
    """Kilobytes of the largest page."""
    return max(each["kb"] for each in pages.values())
