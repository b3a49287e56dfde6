"""The samples of the reference, each run as it stands on its page against a real server."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from html import unescape

import pytest

WITHIN_S = 30
RUN = {"curl": ["bash", "-c"], "python": [sys.executable, "-c"], "node": ["node", "-e"], "php": ["php", "-r"]}
NODE_AS_MODULE = "(async () => {{ {code} }})()"
SAMPLE = re.compile(r'<code data-sample="(\w+)">(.*?)</code>', re.DOTALL)


async def run(language, code):
    """What it prints; the programs of a page are run side by side."""
    code = {"node": NODE_AS_MODULE.format(code=code), "php": code.removeprefix("<?php")}.get(language, code)
    code = f"{code} -sS -w ' %{{http_code}}'" if language == "curl" else code
    process = await asyncio.create_subprocess_exec(
        *RUN[language], code, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), WITHIN_S)
    assert process.returncode == 0, (language, err.decode())
    return out.decode()


@pytest.fixture
def samples_of(owner_reads, served, settings):
    """`await samples_of("create-a-lead")`: what its page shows to the owner who has logged in, by language."""

    async def read(slug):
        page = await owner_reads.text(f"/docs/reference/{slug}")
        here = f"http://127.0.0.1:{settings.port}"
        return {key: unescape(code).replace(here, served) for key, code in SAMPLE.findall(page)}

    return read


@pytest.mark.parametrize(
    ("slug", "status"),
    [("create-a-lead", "201"), ("list-clients", "200"), ("create-a-webhook", "201"), ("update-a-business", "200")],
)
async def test_every_sample_of_a_page_runs(slug, status, samples_of):
    samples = await samples_of(slug)
    missing = [words[0] for words in RUN.values() if shutil.which(words[0]) is None]
    told = await asyncio.gather(*(run(language, code) for language, code in samples.items()))
    statuses = {
        language: out.split()[-1 if language == "curl" else 0] for language, out in zip(samples, told, strict=True)
    }

    assert missing == []
    assert statuses == dict.fromkeys(RUN, status)


async def test_the_readers_own_token_stands_in_the_samples(owner_reads, world, ask):
    own = await owner_reads.text("/docs/reference/create-a-lead")
    others = (await ask.get("/docs/reference/create-a-lead")).content.decode()

    assert world.first.token in own
    assert world.first.uid in own
    assert "Bearer TOKEN" in others
