"""Secrets: every one of the run is unique; afterwards everything that was written down is searched for them.

The server logs at debug, is driven through its operations and their refusals, sends mail, texts and webhooks that fail
and succeed, and loses its database on the way.
"""

from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import hashlib
import os
import re
import signal
import subprocess
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import aiohttp
from bench.processes import beside
from tests.notify.sink import Sink, sink
from tests.notify.sms import double as sms
from tests.webhooks.receiving import Receiver, receiving
from tests.world import KnownBusiness

from leadhall.app import TABLE
from leadhall.core.db import Database
from leadhall.tenancy import sessions
from leadhall.tenancy.passwords import hash_password
from proof.frame import Run, own_folder
from proof.hall import Hall, connect, hall
from proof.isolation.ground import Ground, Login
from proof.secrets.canaries import Canaries, Hit, look
from proof.secrets.driving import LEAD, LEADGEN, Driver, every_operation, misplaced, portal
from proof.secrets.places import columns_of, files_under, hashes_in

ON_PURPOSE = {
    # it may hold a secret of its receiver, is called as it stands, and shown to whom it belongs
    "key in the URL of a webhook": {
        *("webhook_endpoint.url", "delivery.recipient", "delivery.recipient_key"),
        *("list_webhooks", "list_webhook_endpoints", "leadhall webhook list", "leadhall deliveries list"),
    },
    "token of the world": {"docs reference"},  # its samples are filled with the reader's own
}
"""Where a secret stands on purpose. Hash columns and encrypted ones need no place here: it does not stand in them."""
SENT_WITHIN_S = 30.0
BACK_WITHIN_S = 30.0
SECRETS_NEEDED = 60
SHOWN_BY_COMMANDS = (
    ["config", "show"], ["doctor"], ["requests", "list"], ["deliveries", "list"], ["token", "list"], ["app", "list"],
    ["webhook", "list"], ["form-key", "list"], ["directory", "list"], ["business", "list"], ["captured", "list"],
)  # fmt: skip


@dataclass
class _Stage:
    run: Run
    our: Hall
    canaries: Canaries
    ground: Ground
    relay: Sink
    texts: Any
    hooks: Receiver
    environment: dict[str, str]


def prove(run: Run) -> None:
    """Drive, then look; then look for what was planted."""
    with own_folder(run.name) as folder, hall(folder) as our:
        our.start()
        canaries = Canaries(run.chance("secrets"))
        driver, written = asyncio.run(_drive(run, our, canaries))
        places = [*files_under(folder), *columns_of(our), *driver.answers, *written]
        hashed = _hashed(our, canaries)
    hits = look(places, canaries)
    unwanted = [hit for hit in hits if hit.where not in ON_PURPOSE.get(hit.kind, ())]
    run.count(
        secrets=len(canaries), kinds=len(canaries.by_kind()), asked=driver.asked, places=len(places),
        searched_mb=round(sum(len(text) for _, text in places) / 1e6, 1), found_hashed=hashed,
        hits=len(unwanted), hits_where=sorted({str(hit) for hit in unwanted})[:20],
        hits_on_purpose=len(hits) - len(unwanted),
    )  # fmt: skip
    run.expect(f"at least {SECRETS_NEEDED} secrets", run.quick or len(canaries) >= SECRETS_NEEDED)
    run.expect("secrets are there as hashes, so we look at the right database", hashed > 0)
    run.expect(f"0 secrets written down: {[str(hit) for hit in unwanted[:5]]}", not unwanted)
    run.expect(f"nothing was answered 500: {driver.fives[:3]}", not driver.fives)
    _controls(run, canaries, places)


def _controls(run: Run, canaries: Canaries, places: list[tuple[str, str]]) -> None:
    """A secret planted where nothing was found before."""
    secret = run.chance("which").choice([each for each in canaries if each.kind not in ON_PURPOSE])
    log = next(text for where, text in places if where == "server.log")
    plants = {
        "a line of the log": f"2026-11-26T17:00:00Z info    asked authorization=Bearer {secret.text}\n",
        "bytes of a body": "\\x" + f"xx{secret.text}xx".encode().hex(),
        "a basic login": base64.b64encode(f"dana:{secret.text}".encode()).decode(),
    }
    for name, text in plants.items():
        found = look([("server.log", log + text)], canaries)
        run.control(name, caught=found == [Hit("server.log", secret.kind)], hits=len(found))


def _hashed(our: Hall, canaries: Canaries) -> int:
    known = hashes_in(our)
    return sum(hashlib.sha256(each.text.encode()).hexdigest() in known for each in canaries)


async def _drive(run: Run, our: Hall, canaries: Canaries) -> tuple[Driver, list[tuple[str, str]]]:
    """Everything that happens while the server runs, and what else was written: webhooks, output of commands."""
    async with AsyncExitStack() as stack:
        stage = await _set(stack, run, our, canaries)
        server = our.server("server", environment=stage.environment)
        stack.callback(server.stop)
        await asyncio.to_thread(server.await_port)
        timeout = aiohttp.ClientTimeout(total=20)
        asking = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.CookieJar(unsafe=True))
        )
        driver = Driver(asking, f"http://127.0.0.1:{server.port}", canaries)
        await _play(stage, driver)
        commands = [await asyncio.to_thread(_command, our, stage.environment, words) for words in SHOWN_BY_COMMANDS]
        hooks = [("webhook", f"{came.headers} {came.body.decode(errors='replace')}") for came in stage.hooks.came]
        await asyncio.to_thread(server.stop)
    return driver, [*commands, *hooks]


async def _set(stack: AsyncExitStack, run: Run, our: Hall, canaries: Canaries) -> _Stage:
    """The ground, the other sides of the wires, and settings full of secrets."""
    ground = await Ground.laid(Login(our.dsn, Database(our.login)))
    await ground.close()
    _know_world(ground, canaries)
    await _people(our, canaries, ground.world.first)
    password = canaries.make("SMTP password")
    relay = await stack.enter_async_context(sink(login=("lead", password)))
    sms.SECRET = canaries.make("Twilio auth token")
    texts = await stack.enter_async_context(sms.provider())
    hooks = await stack.enter_async_context(receiving())
    worker = our.dsn.uri().replace("leadhall_admin@", f"leadhall:{canaries.make('database password')}@")
    environment = {
        "LEADHALL_LOG_LEVEL": "debug",
        "LEADHALL_DISPATCH": "on",
        "LEADHALL_SECRET_KEY": canaries.make("instance key"),
        "LEADHALL_SMTP_URL": f"smtp://lead:{password}@127.0.0.1:{relay.port}?tls=none",
        "LEADHALL_MAIL_FROM": "Leadhall <leads@host.example>",
        "LEADHALL_TWILIO_URL": texts.url,
        "LEADHALL_TWILIO_ACCOUNT_SID": sms.SID,
        "LEADHALL_TWILIO_AUTH_TOKEN": sms.SECRET,
        "LEADHALL_TWILIO_FROM": sms.NUMBER,
        "LEADHALL_METRICS_TOKEN": canaries.make("metrics token"),
        "LEADHALL_WORKER_URL": worker,
        "LEADHALL_WEBHOOK_ALLOW": "127.0.0.1",
        "LEADHALL_PUBLIC_URL": "http://127.0.0.1:8000",
    }
    return _Stage(run, our, canaries, ground, relay, texts, hooks, environment)


def _know_world(ground: Ground, canaries: Canaries) -> None:
    canaries.hear("token of the world", repr(ground.world))
    canaries.add("client secret", ground.world.app.client_secret)


async def _people(our: Hall, canaries: Canaries, business: KnownBusiness) -> None:
    """Passwords, sign-ins, and an owner who can be texted."""
    connection = await connect(our.dsn)
    try:
        await connection.execute(
            """insert into phone_check (business_id, staff_uid, number, verified_at)
               values ($1, $2, '+442071838750', now())""",
            business.id,
            business.owner,
        )
        await connection.execute("update staff set mobile_number = '+442071838750' where uid = $1", business.owner)
        for (user,) in await connection.fetch("select id from app_user order by id"):
            hashed = await hash_password(canaries.make("password"))
            await connection.execute("update app_user set password_hash = $2 where id = $1", user, hashed)
            canaries.add("session", await sessions.open_session(connection, user, user_agent="proof", ip="127.0.0.1"))
    finally:
        await connection.close()


async def _play(stage: _Stage, driver: Driver) -> None:
    world, canaries = stage.ground.world, stage.canaries
    await _wired(stage, driver)
    await _mail(stage, driver)
    await misplaced(driver, [world.first.token, world.directory.token, world.revoked_token], world.first.uid)
    await every_operation(driver, TABLE, stage.ground)
    await portal(driver, world.second.token, [operation.slug for operation in TABLE if operation.door == "api"])
    await portal(driver, world.outsider.directory.token, [])
    await _without_database(stage, driver)
    await driver.ask(
        "GET", "/metrics", headers={"Authorization": "Bearer " + stage.environment["LEADHALL_METRICS_TOKEN"]}
    )
    stage.run.count(mails=len(stage.relay.taken), texts=len(stage.texts.asked), webhooks=len(stage.hooks.came))
    stage.run.say(f"{driver.asked} requests, {len(canaries)} secrets of {len(canaries.by_kind())} kinds")


async def _wired(stage: _Stage, driver: Driver) -> None:
    """A webhook whose receiver fails, and one whose address holds a secret; the owner's number is their own."""
    world, hooks = stage.ground.world, stage.hooks
    own = {"Authorization": f"Bearer {world.first.token}"}
    url = f"{hooks.url}?key={stage.canaries.make('key in the URL of a webhook')}"
    body = {"target_url": url, "events": ["lead/created", "client/created"]}
    status, told = await driver.ask("POST", "/ext/v1/webhooks", headers=own, body=body, tells="webhook secret")
    assert status == 201, f"no webhook could be made: {status} {told}"
    hooks.answers = [500, 200]


async def _mail(stage: _Stage, driver: Driver) -> None:
    """Leads whose notices leave, whose relay refuses, and whose texts fail; the links in the letters are pressed."""
    own = {"Authorization": f"Bearer {stage.ground.world.first.token}"}
    stage.texts.fails(401, 20003)
    for n in range(3):
        await driver.ask("POST", LEADGEN, headers=own, body=LEAD | {"email": f"mail{n}@example.com"})
    await _until(lambda: len(stage.relay.taken) >= 4 and stage.texts.asked and len(stage.hooks.came) >= 4)
    for taken in stage.relay.taken:
        stage.canaries.hear("link in a mail", _text_of(taken.content))
    for secret in [each.text for each in stage.canaries if each.kind == "link in a mail"][:6]:
        for method in ("GET", "POST", "POST"):
            await driver.ask(
                method, f"/m/{secret}", headers={"Sec-Fetch-Site": "same-origin"}, where="a page of a mail"
            )
    stage.relay.answers["MAIL"] = "535 5.7.8 bad user name or password"
    await driver.ask("POST", LEADGEN, headers=own, body=LEAD | {"email": "refused@example.com"})
    asked = "select count(*) from delivery_attempt where answer like '535%'"
    await _until(lambda: stage.our.ask(asked))


async def _until(true: Any) -> None:
    async with asyncio.timeout(SENT_WITHIN_S):
        while True:
            found = true()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.1)


def _text_of(content: bytes) -> str:
    """All parts of a letter, decoded."""
    parts = email.message_from_bytes(content, policy=email.policy.default).walk()
    return "\n".join(str(part.get_content()) for part in parts if part.get_content_maintype() == "text")


async def _without_database(stage: _Stage, driver: Driver) -> None:
    """PostgreSQL dies under the server, which says so in its log."""
    own = {"Authorization": f"Bearer {stage.ground.world.first.token}"}
    postmaster = stage.our.postmaster()
    assert postmaster
    os.kill(postmaster, signal.SIGKILL)
    for n in range(5):
        await driver.ask("POST", LEADGEN, headers=own, body=LEAD | {"email": f"away{n}@example.com"})
        await driver.ask("GET", "/platform/v1/clients", headers=own)
    async with asyncio.timeout(BACK_WITHIN_S):
        while (await driver.ask("GET", "/readyz"))[0] != 200:  # noqa: ASYNC110 - asked of the server
            await asyncio.sleep(0.2)


def _command(our: Hall, environment: dict[str, str], words: list[str]) -> tuple[str, str]:
    """What a command of an operator's prints."""
    clean = {name: value for name, value in os.environ.items() if not re.match("LEADHALL_|PG|DATABASE_URL|PORT", name)}
    done = subprocess.run(
        [beside("leadhall"), *words],
        env={**clean, **environment, "LEADHALL_DATA": str(our.data)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return f"leadhall {' '.join(words)}", done.stdout + done.stderr
