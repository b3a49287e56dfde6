"""The guides' copy-pastes, run as they stand against a real server."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sys

import pytest

from tests.docs.pages import HOME, blocks

RUN = {"python": [sys.executable, "-c"], "js": ["node", "-e"], "php": ["php", "-r"], "sh": ["bash", "-c"]}
WITHIN_S = 30


def program(guide, language, n=0):
    """The n-th block of a language in a guide."""
    text = (HOME / "docs" / "howto" / f"{guide}.md").read_text()
    found = [block.text for block in blocks(text) if block.language == language]
    return found[n]


@pytest.fixture
def run(served, world):
    """`await run("python", code)`: what it prints, with the words of the guide put in."""

    async def start(language, code):
        assert shutil.which(RUN[language][0]), f"please install {RUN[language][0]}"
        words = {"TOKEN": world.directory.website_token, "BUSINESS": world.first.uid}
        for word, value in words.items():
            code = re.sub(rf"(?<![\w_]){word}(?![\w_])", value, code)
        code = code.replace("http://127.0.0.1:8000", served).removeprefix("<?php")
        told = {"LEADHALL_URL": served, "LEADHALL_TOKEN": words["TOKEN"], "LEADHALL_BUSINESS": words["BUSINESS"]}
        process = await asyncio.create_subprocess_exec(
            *RUN[language], code, env={"PATH": "/usr/local/bin:/usr/bin:/bin"} | told,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await asyncio.wait_for(process.communicate(), WITHIN_S)
        assert process.returncode == 0, err.decode()
        return out.decode()

    return start


@pytest.mark.parametrize(
    ("guide", "language"), [("server-side", "python"), ("server-side", "js"), ("wordpress-and-php", "php")]
)
async def test_a_program_of_a_guide_sends_its_lead(run, owner, guide, language):
    told = (await run(language, program(guide, language))).strip()

    assert told == f"201 {await owner.fetchval('select conversation_uid from lead')}"


async def test_the_wordpress_hook_is_php_that_posts_a_lead(run, ask, world, owner):
    """Run with WordPress's own functions stood in for by what they do: an action at once, a post by curl."""
    stand_in = """
        define('LEADHALL_URL', getenv('LEADHALL_URL')); define('LEADHALL_TOKEN', getenv('LEADHALL_TOKEN'));
        define('LEADHALL_BUSINESS', getenv('LEADHALL_BUSINESS'));
        class WPCF7_Submission {
            static function get_instance() { return new self; }
            function get_posted_data() {
                return ['your-name' => 'Dana', 'your-email' => 'd@example.com', '_wpcf7' => '1'];
            }
        }
        class Form { function title() { return 'Contact'; } }
        function add_action($name, $what) { $what(new Form); }
        function wp_json_encode($value) { return json_encode($value); }
        function wp_remote_post($url, $told) {
            $headers = array_map(fn ($k, $v) => "$k: $v", array_keys($told['headers']), $told['headers']);
            $curl = curl_init($url);
            curl_setopt_array($curl, [CURLOPT_HTTPHEADER => $headers, CURLOPT_POSTFIELDS => $told['body'],
                                      CURLOPT_RETURNTRANSFER => true]);
            echo curl_exec($curl);
        }
    """
    answer = json.loads(await run("php", stand_in + program("wordpress-and-php", "php", 1).removeprefix("<?php")))
    parts = await owner.fetchval("select parts from message")

    assert answer["status"] == "OK"
    assert "_wpcf7" not in json.dumps(parts)


@pytest.mark.parametrize("n", [0, 1], ids=["zapier", "n8n"])
async def test_the_body_of_a_tool_is_a_lead(ask, world, n):
    body = program("zapier-and-n8n", "json", n).replace("BUSINESS", world.first.uid)
    told = await ask.post("/platform/v1/leadgen", token=world.directory.token, body=body.encode())

    assert (told.status, told.json["warnings"]) == (201, [])


async def test_the_curl_of_a_retry_gets_the_first_answer_again(run):
    code = program("idempotent-retries", "sh")
    first, second = [(await run("sh", code)).split("\r\n\r\n") for _ in range(2)]

    assert first[1] == second[1]
    assert "idempotent-replayed: true" in second[0].lower()
    assert "idempotent-replayed" not in first[0].lower()


def curls(guide):
    """The first shell block of a guide, a request each, to the server at hand."""
    code = program(guide, "sh").replace("https://leads.example.com", "http://127.0.0.1:8000")
    return [f"curl {each}" for each in code.split("curl ")[1:]]


async def test_the_curls_that_make_and_change_a_client_do_so(run, ask, world):
    create, update = (each.replace("TOKEN", world.first.token) for each in curls("clients"))
    made = json.loads(await run("sh", create))["data"]["client"]
    changed = json.loads(await run("sh", update.replace("UID", made["uid"])))["data"]["client"]

    assert (made["first_name"], made["tags"]) == ("Dana", ["web", "vip"])
    assert (changed["uid"], changed["customer_status"]) == (made["uid"], "loyal")


async def test_the_curl_of_an_endpoint_makes_one_for_its_events(run, world):
    told = json.loads(await run("sh", curls("webhooks")[0].replace("TOKEN", world.first.token)))

    assert told["data"]["webhook"]["events"][0] == "lead/created"


async def test_the_curl_of_a_dry_run_stores_nothing(run, owner, world):
    code = (
        program("test-mode", "sh")
        .partition("\n")[2]
        .replace('"identifier_type"', '"business_id":"BUSINESS","identifier_type"')
    )
    told = json.loads(await run("sh", code))

    assert told["dry_run"] is True
    assert await owner.fetchval("select count(*) from lead") == 0
