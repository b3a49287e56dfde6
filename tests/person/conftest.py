"""The same book and desk as the tests of clients have."""

from tests.clients.conftest import at_desk, file

__all__ = ["at_desk", "file"]
