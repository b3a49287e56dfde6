import base64
import json

from leadhall.tenancy.client_tokens import issue_client_token


def claims_of(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def issue(owner, key, world):
    first = world.first
    return issue_client_token(
        owner, key.jwt_key, business_id=first.id, business_uid=first.uid, client_uid=world.client_uid, for_s=100
    )


async def test_a_clients_token_tells_whose_it_is_in_upstreams_words(owner, key, world):
    told = claims_of(await issue(owner, key, world))

    assert (told["type"], told["entity_uid"], told["extra"]) == (
        "client",
        world.client_uid,
        {"business_uid": world.first.uid},
    )
    assert told["exp"] - told["created"] in (100, 101)
    assert {"jti", "refresh"} <= told.keys()


async def test_a_clients_token_is_known_at_the_door_as_theirs(owner, key, world, doorkeeper):
    caller = await doorkeeper.identify(await issue(owner, key, world), "127.0.0.1")

    assert (caller.kind, caller.business_id, caller.client_uid) == ("client", world.first.id, world.client_uid)
