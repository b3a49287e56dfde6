"""`python -m leadhall.cli`, where the script `leadhall` is not on the path."""

from __future__ import annotations

import sys

from leadhall.cli import main

if __name__ == "__main__":
    sys.exit(main())
