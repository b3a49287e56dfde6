"""A Python client that a generator makes of our own /openapi.json, at work against a real server."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from leadhall.app import TABLE
from leadhall.web.api.openapi import openapi_document
from tests.web.serving import serving

API = TABLE.of_door("api")
GENERATOR = Path(sys.executable).with_name("openapi-python-client")
PACKAGE = "generated_leadhall"
LEAD = {"identifier_type": "email", "email": "dana@example.com", "first_name": "Dana", "request_title": "Kitchen"}


def generate(document, folder):
    """Make the client in this folder; what the generator said, and whether it was content."""
    given, config = folder / "openapi.json", folder / "config.yaml"
    given.write_text(json.dumps(document))
    config.write_text("post_hooks: []\n")
    arguments = ["generate", "--path", given, "--meta", "none", "--output-path", folder / PACKAGE, "--config", config]
    told = subprocess.run([GENERATOR, *arguments, "--fail-on-warning"], capture_output=True, text=True, check=False)
    return told.returncode, told.stdout + told.stderr


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The client's package, importable by `at(module)`."""
    folder = tmp_path_factory.mktemp("client")
    code, words = generate(openapi_document(TABLE, url="http://127.0.0.1:8000"), folder)
    assert code == 0, words
    sys.path.insert(0, str(folder))
    yield SimpleNamespace(folder=folder / PACKAGE, at=lambda name: importlib.import_module(f"{PACKAGE}.{name}"))
    sys.path.remove(str(folder))


@pytest.fixture
def call(generated, database, world):
    """`call("clients", "get_client", uid, **more)`: an operation by the generated client, as the first owner."""
    with (
        serving(database) as server,
        generated.at("client").AuthenticatedClient(
            base_url=f"http://127.0.0.1:{server.port}", token=world.first.token, raise_on_unexpected_status=True
        ) as client,
    ):
        yield lambda tag, name, *given, **more: generated.at(f"api.{tag}.{name}").sync(*given, client=client, **more)


@pytest.fixture
def model(generated):
    """`model("LeadgenBody", email=…)`: a body of the client's own making."""
    return lambda name, **given: getattr(generated.at("models"), name).from_dict(given)


def test_the_client_has_a_function_for_every_operation(generated):
    functions = {path.stem for path in generated.folder.glob("api/*/*.py")} - {"__init__"}

    assert functions == {operation.name for operation in API}
    for path in generated.folder.glob("api/*/*.py"):
        importlib.import_module(f"{PACKAGE}.api.{path.parent.name}.{path.stem}")


def test_a_document_that_a_generator_cannot_use_is_noticed(tmp_path):
    document = openapi_document(TABLE, url="http://127.0.0.1:8000")
    document["components"]["schemas"]["ErrorBody"]["properties"]["status"] = {"enum": [True]}

    code, words = generate(document, tmp_path)

    assert code != 0
    assert "ErrorBody" in words


def test_the_client_subscribes_creates_a_lead_and_reads_all_that_came_of_it(call, model, generated):
    models = generated.at("models")
    by_email = models.ListClientsSearchBy.EMAIL
    hook = {"event": "lead/created", "target_url": "https://example.com/hook"}

    subscribed = call("webhooks", "subscribe_webhook", body=model("SubscribeBody", **hook))
    subscriptions = call("webhooks", "list_webhooks").response.data.subscriptions
    made = call("leads", "create_lead", body=model("LeadgenBody", **LEAD, message_data={"Rooms": "3"}))
    client = call("clients", "get_client", made.uid).data.client
    found = call("clients", "list_clients", search_by=by_email, search_term="DANA@example.com").data.clients
    conversations = call("conversations", "list_conversations").data.conversations
    lead = call("leads", "get_lead", made.conversation_uid)
    refused = call("leads", "create_lead", body=model("LeadgenBody", **LEAD | {"email": "", "request_title": ""}))

    assert [str(each.id) for each in subscriptions] == [subscribed.data.subscription_id]
    assert made.created is True
    assert (client.first_name, client.email, client.customer_status) == ("Dana", "dana@example.com", "lead")
    assert [each.uid for each in found] == [made.uid]
    assert [(each.id, each.title, each.client_id) for each in conversations] == [
        (made.conversation_uid, "Kitchen", made.uid)
    ]
    assert "Rooms" in json.dumps(lead.to_dict())
    assert isinstance(refused, models.ErrorBody)
    assert {fault.field for fault in refused.errors} == {"email", "request_title"}
