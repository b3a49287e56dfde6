import pytest

from tests.inbound.mail.dovecot import dovecot


@pytest.fixture(scope="session")
def running_dovecot():
    with dovecot() as server:
        yield server


@pytest.fixture
def server(running_dovecot):
    """The IMAP server, its mailbox empty."""
    running_dovecot.empty()
    return running_dovecot
