import pytest

from tests.notify.sms.double import provider


@pytest.fixture
async def twilio():
    """The provider's double."""
    async with provider() as double:
        yield double
