"""The same book and desk as the tests of clients have, and the running application."""

from tests.clients.conftest import at_desk, file
from tests.web.conftest import app, ask, plain_logs, running, services, settings

__all__ = ["app", "ask", "at_desk", "file", "plain_logs", "running", "services", "settings"]
