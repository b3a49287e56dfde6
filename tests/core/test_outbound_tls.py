"""A call goes by TLS only to who is vouched for: a stranger's certificate gets no byte of the request."""

import aiohttp
import pytest

from leadhall.core.guard import Guard
from leadhall.core.outbound import Outbound
from tests.notify.sink import certificate
from tests.webhooks.receiving import receiving


async def call(port, authorities=None):
    outbound = Outbound(Guard(["127.0.0.0/8"]), user_agent="tests", authorities=authorities)
    try:
        return await outbound.post(f"https://127.0.0.1:{port}/hook", b"{}", {})
    finally:
        await outbound.close()


async def test_a_call_goes_through_tls_to_a_receiver_whose_certificate_is_right(tmp_path):
    server, client = certificate(tmp_path)
    async with receiving(tls=server) as receiver:
        assert (await call(receiver.port, client)).status == 200


async def test_a_certificate_of_nobodys_gets_no_call(tmp_path):
    server, _ = certificate(tmp_path)
    async with receiving(tls=server) as receiver:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await call(receiver.port)

    assert receiver.came == []


async def test_a_certificate_for_another_name_gets_no_call(tmp_path):
    server, client = certificate(tmp_path, name="other.example")
    async with receiving(tls=server) as receiver:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await call(receiver.port, client)

    assert receiver.came == []
