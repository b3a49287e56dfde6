"""`python -m proof [names…] [--seed N]`: every harness, one JSON line of counts each; 1 when one misses."""

from __future__ import annotations

import argparse
import importlib
import secrets
import sys

from bench.processes import end_in_order

from proof.frame import run_harness, tell

HARNESSES: dict[str, str] = {
    "crash": "proof.crash",
    "equivalence": "proof.equivalence",
    "order": "proof.order",
    "isolation": "proof.isolation",
    "hostile": "proof.hostile",
    "secrets": "proof.secrets",
    "network": "proof.network",
    "delivery": "proof.delivery",
    "disk": "proof.disk",
    "restore": "proof.restore",
}
"""Name to module, in the order they run. The module has `prove(run: Run)`."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m proof", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"which to run; without a name all: {', '.join(HARNESSES)}")
    parser.add_argument("--seed", type=int, help="the seed that a result names, to run it again")
    parser.add_argument("--quick", action="store_true", help="small numbers: does it run at all?")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.names) - set(HARNESSES):
        parser.error(f"no such proof: {', '.join(sorted(unknown))}")
    end_in_order()
    good = True
    for name in asked.names or HARNESSES:
        seed = secrets.randbits(32) if asked.seed is None else asked.seed
        prove = importlib.import_module(HARNESSES[name]).prove
        result = run_harness(name, prove, seed, quick=asked.quick)
        tell(result)
        good = good and result["ok"] is not False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
