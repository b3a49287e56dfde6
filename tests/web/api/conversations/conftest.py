from tests.web.held import came, dana  # noqa: F401 - fixtures
