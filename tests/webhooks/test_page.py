"""The receivers of docs/howto/webhooks.md verify real deliveries, as they stand on the page."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from leadhall.events.outcome import Later, Sent
from leadhall.webhooks.telling import sample_body
from tests.docs.pages import HOME

PAGE = (HOME / "docs" / "howto" / "webhooks.md").read_text()
PROGRAMS = {"python": [sys.executable, "-c"], "js": [shutil.which("node") or "node", "-e"]}


def program(language):
    """The one block of a language on the page."""
    [text] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [*PROGRAMS[language], text]


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@contextmanager
def at_work(language, port, secret):
    environment = os.environ | {"PORT": str(port), "WEBHOOK_SECRET": secret}
    process = subprocess.Popen(program(language), env=environment, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, "the program ended"
                assert time.monotonic() < deadline, "the program did not listen"
                time.sleep(0.05)  # between two looks
        yield
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("language", PROGRAMS)
async def test_a_receiver_of_the_page_takes_what_is_true_and_nothing_else(language, channel, endpoint, a_delivery, me):
    port = free_port()
    id_, secret = await endpoint(url=f"http://127.0.0.1:{port}/hook")
    body = sample_body("lead/created").decode()

    with at_work(language, port, secret):
        assert await channel.deliver(a_delivery(id_, body=body)) == Sent(
            answer="204", delivered=True, facts={"status": 204}
        )
        await me.rotate(id_)
        channel._targets.forget(id_)
        assert isinstance(await channel.deliver(a_delivery(id_, body=body)), Sent)  # both sign

    with at_work(language, port, "whsec_" + "A" * 43 + "="):
        assert await channel.deliver(a_delivery(id_, body=body)) == Later(answer="401")
